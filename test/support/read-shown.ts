import { once } from 'node:events';
import { connect } from 'node:tls';

/** The fingerprint of the certificate that a server on this machine shows. */
export async function readShown(url: string): Promise<string | undefined> {
  const socket = connect({ port: Number(new URL(url).port), host: '127.0.0.1', rejectUnauthorized: false });
  await once(socket, 'secureConnect');
  const shown = socket.getPeerX509Certificate()?.fingerprint256;
  socket.destroy();
  return shown;
}
