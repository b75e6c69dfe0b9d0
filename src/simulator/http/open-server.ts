import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { idleTime, type Listener, serveConnection } from './connection.ts';

/** A port that is being served. */
export interface OpenServer {
  readonly port: number;
  close(): Promise<void>;
}

/** Where to listen, and as whom. */
export interface Opening {
  readonly host: string;
  /** 0 = any free one. */
  readonly port: number;
  /** PEM, with the authority's behind it. */
  readonly cert: string;
  readonly key: string;
}

/** Listens for HTTPS. Plain HTTP on the same port is told where to go. */
export async function openServer(
  listener: Listener,
  { host, port, cert, key }: Opening,
): Promise<OpenServer> {
  const sockets = new Set<Socket>();
  const watch = (socket: Socket): Socket => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => socket.destroy());
    return socket;
  };
  const secure = createTlsServer({ cert, key, minVersion: 'TLSv1.2', handshakeTimeout: idleTime });
  secure.on('secureConnection', (socket) => void serveConnection(listener, watch(socket), true));
  const server = createServer((socket) => {
    watch(socket);
    greet(socket, {
      tls: () => void secure.emit('connection', socket),
      plain: () => void serveConnection(listener, socket, false),
    });
  });
  await listen(server, host, port);
  const close = async (): Promise<void> => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  return { port: portOf(server.address()), close };
}

/** A TLS handshake begins with this byte. */
const handshake = 0x16;

/** Looks at the first byte that comes in, and hands the connection on as if nobody had. */
function greet(socket: Socket, next: { readonly tls: () => void; readonly plain: () => void }): void {
  const giveUp = (): void => void socket.destroy();
  socket.setTimeout(idleTime).once('timeout', giveUp);
  socket.once('readable', () => {
    const first: unknown = socket.read();
    if (!Buffer.isBuffer(first)) return giveUp();
    socket.off('timeout', giveUp).setTimeout(0);
    socket.unshift(first);
    if (first[0] === handshake) next.tls();
    else next.plain();
  });
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function portOf(address: AddressInfo | string | null): number {
  return typeof address === 'object' && address !== null ? address.port : 0;
}
