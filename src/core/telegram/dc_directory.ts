import type { Api } from 'telegram';
import { TadError } from '../errors.js';
import type { DcAddress } from './session.js';

/** Where a new account begins, as my.telegram.org/apps shows it to everybody; help.getConfig tells the rest. */
export const TELEGRAM_START: DcAddress = { id: 2, host: '149.154.167.50', port: 443 };

/** Addresses of the data centres, as the server's own help.getConfig lists them. */
export class DcDirectory {
  readonly #addresses = new Map<number, DcAddress>();
  readonly #pinned: DcAddress | undefined;

  /** @param pinned a data centre that is reached as given, whatever the server says (a forwarded port, say) */
  constructor(pinned?: DcAddress) {
    this.#pinned = pinned;
  }

  /** Keeps the first plain IPv4 address of each data centre (https://core.telegram.org/constructor/dcOption). */
  update(config: Api.Config): void {
    const found = new Map<number, DcAddress>();
    for (const option of config.dcOptions) {
      if (option.ipv6 || option.mediaOnly || option.cdn || option.tcpoOnly || found.has(option.id)) continue;
      found.set(option.id, { id: option.id, host: option.ipAddress, port: option.port });
    }
    for (const [id, address] of found) this.#addresses.set(id, address);
  }

  /** @throws TadError `rejected` for a data centre that the server never mentioned */
  address(dcId: number): DcAddress {
    const address = dcId === this.#pinned?.id ? this.#pinned : this.#addresses.get(dcId);
    if (address === undefined) throw new TadError('rejected', `the server has no data centre ${dcId}`);
    return address;
  }
}
