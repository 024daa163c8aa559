import type { SocksProxyType } from 'telegram/network/connection/TCPMTProxy.js';
import { TadError } from '../errors.js';

/** @throws TadError `usage` unless GramJS could use it */
export function checkProxy(text: string): void {
  parseProxy(text, 0);
}

/**
 * `socks5://[user:password@]host:port` as GramJS wants it.
 * @throws TadError `usage`
 */
export function parseProxy(text: string, timeoutSeconds: number): SocksProxyType {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^socks5h?:$/.test(url.protocol) || url.hostname === '') {
    throw new TadError(
      'usage',
      `not a proxy: ${text.replace(/\/\/.*@/, '//…@')}`,
      'write it as socks5://host:port',
    );
  }
  return {
    ip: url.hostname.replace(/^\[|\]$/g, ''),
    port: Number(url.port || 1080),
    socksType: 5,
    timeout: timeoutSeconds,
    ...(url.username === '' ? {} : { username: decodeURIComponent(url.username) }),
    ...(url.password === '' ? {} : { password: decodeURIComponent(url.password) }),
  };
}
