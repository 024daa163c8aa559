import { PromisedNetSockets } from 'telegram/extensions/index.js';
import { ConnectionTCPFull } from 'telegram/network/connection/TCPFull.js';
import type { SocksProxyType } from 'telegram/network/connection/TCPMTProxy.js';
import type { NoticeLogger } from './gramjs_logger.js';
import type { DcAddress } from './session.js';

/**
 * GramJS's full transport, which can also be torn down while it is still connecting: GramJS has no connect timeout
 * and its disconnect() does nothing until the socket is up.
 */
export class TcpConnection extends ConnectionTCPFull {
  readonly #received: (bytes: number) => void;
  #destroyed = false;

  /** @param received told of bytes as they come over the wire */
  constructor(
    address: DcAddress,
    logger: NoticeLogger,
    proxy: SocksProxyType | undefined,
    received: (bytes: number) => void = () => {},
  ) {
    super({
      ip: address.host,
      port: address.port,
      dcId: address.id,
      loggers: logger,
      socket: PromisedNetSockets,
      testServers: false,
      ...(proxy === undefined ? {} : { proxy }),
    });
    this.#received = received;
  }

  override async _connect(): Promise<void> {
    await super._connect();
    if (this.#destroyed) {
      // The proxy answered after we had given up.
      await this.socket.close();
      throw new Error('Not connected');
    }
    const socket = this.#netSocket();
    socket?.setNoDelay(true);
    socket?.on('data', (bytes) => this.#received(bytes.length));
  }

  /** Closes the socket now, in whatever state it is. Idempotent. */
  destroy(): void {
    this.#destroyed = true;
    void this.disconnect();
    // PromisedNetSockets.close() is async, but destroys the socket before its first await.
    void this.socket.close();
  }

  #netSocket(): import('node:net').Socket | undefined {
    return (this.socket as any).client;
  }
}
