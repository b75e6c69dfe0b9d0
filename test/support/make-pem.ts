import { generate } from 'selfsigned';

/** A certificate of its own each time, PEM. */
export async function makePem(): Promise<string> {
  const { cert } = await makePair();
  return cert;
}

/** A certificate and its private key, PEM. */
export async function makePair(): Promise<{ cert: string; key: string }> {
  const { cert, private: key } = await generate([{ name: 'commonName', value: 'Test' }], { keyType: 'ec' });
  return { cert, key };
}
