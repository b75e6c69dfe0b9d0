import { generate } from 'selfsigned';

/** A certificate of its own each time, PEM. */
export async function makePem(): Promise<string> {
  const { cert } = await generate([{ name: 'commonName', value: 'Test' }], { keyType: 'ec' });
  return cert;
}
