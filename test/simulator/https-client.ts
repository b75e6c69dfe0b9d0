import { request } from 'node:https';
import { drive } from '../../src/simulator/drive.ts';
import type { SimulatorAddress } from '../../src/simulator/simulator.ts';
import { Lab, makeCluster, type CallOptions } from './support.ts';

/** What a client sees on the wire: an answer, or how the connection failed. */
export interface Seen {
  readonly status: number | undefined;
  readonly reason: string | undefined;
  readonly body: string;
  /** Node's error code when there was no whole answer. */
  readonly failure: string | undefined;
}

const authorization = 'PVEAPIToken=root@pam!full=full-secret';

/** A lab that is reached over HTTPS, trusted by its own authority. */
export class ServedLab extends Lab {
  #addresses: readonly SimulatorAddress[] = [];

  static async start(cluster = makeCluster()): Promise<ServedLab> {
    const lab = new ServedLab(cluster);
    lab.#addresses = await lab.simulator.listen();
    return lab;
  }

  get address(): SimulatorAddress {
    const [first] = this.#addresses;
    if (!first) throw new Error('nothing listens');
    return first;
  }

  addressOf(node: string): SimulatorAddress {
    return this.#addresses.find((address) => address.node === node) ?? this.address;
  }

  /** Sends a request over a socket while the clock is driven. */
  send(method: string, path: string, options: CallOptions = {}): Promise<Seen> {
    const { url, ca } = options.node ? this.addressOf(options.node) : this.address;
    const body = options.body ? new URLSearchParams(options.body).toString() : undefined;
    const headers = {
      authorization,
      connection: 'close',
      ...(body === undefined
        ? {}
        : { 'content-type': 'application/x-www-form-urlencoded', 'content-length': String(body.length) }),
    };
    return drive(this.clock, exchange({ url: `${url}${path}`, ca, method, headers, body }));
  }
}

interface Exchange {
  readonly url: string;
  readonly ca: string;
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly body: string | undefined;
}

function exchange({ url, ca, method, headers, body }: Exchange): Promise<Seen> {
  return new Promise((resolve) => {
    const fail = (error: NodeJS.ErrnoException): void =>
      resolve({ status: undefined, reason: undefined, body: '', failure: error.code ?? error.message });
    const outgoing = request(url, { method, headers, ca, servername: 'localhost' }, (incoming) => {
      let text = '';
      incoming.setEncoding('utf8');
      incoming.on('data', (part: string) => (text += part));
      incoming.on('error', fail);
      incoming.on('end', () =>
        resolve({
          status: incoming.statusCode,
          reason: incoming.statusMessage,
          body: text,
          failure: undefined,
        }),
      );
    });
    outgoing.on('error', fail);
    outgoing.end(body);
  });
}
