import { createPublicKey, generateKeyPairSync, type JsonWebKey } from 'node:crypto';
import { expect, it } from 'vitest';
import { readServerKey } from '../../../src/core/telegram/server_key.js';

/** One of Telegram's own, as published at https://core.telegram.org/api/obtaining_api_id and shipped by GramJS. */
const TELEGRAM_MODULUS =
  '25342889448840415564971689590713473206898847759084779052582026594546022463853940585885215951168491965708222649399180603818074200620463776135424884632162512403163793083921641631564740959529419359595852941166848940585952337613333022396096584117954892216031229237302943701877588456738335398602461675225081791820393153757504952636234951323237820036543581047826906120927972487366805292115792231423684261262330394324750785450942589751755390156647751460719351439969059949569615302809050721500330239005077889855323917509948255722081644689442127297605422579707142646660768825302832201908302295573257427896031830742328565032949';

it('names a key as Telegram does', () => {
  const key = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey;
  const n = Buffer.from(BigInt(TELEGRAM_MODULUS).toString(16), 'hex').toString('base64url');
  const pem = jwkToPem({ kty: 'RSA', n, e: 'AQAB' });
  expect(readServerKey(pem)).toMatchObject({ fingerprint: '-5595554452916591101', exponent: 65537 });
  const spki = key.export({ type: 'spki', format: 'pem' }).toString();
  const pkcs1 = key.export({ type: 'pkcs1', format: 'pem' }).toString();
  expect(readServerKey(pkcs1)).toEqual(readServerKey(spki));
});

it.each([
  ['no PEM', 'hello'],
  ['an EC key', ecKey()],
  ['too short a key', shortKey()],
])('refuses %s', (_, pem) => {
  expect(() => readServerKey(pem)).toThrowError(expect.objectContaining({ code: 'usage' }));
});

function jwkToPem(jwk: JsonWebKey): string {
  return createPublicKey({ key: jwk, format: 'jwk' }).export({ type: 'spki', format: 'pem' }).toString();
}

function ecKey(): string {
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return publicKey.export({ type: 'spki', format: 'pem' }).toString();
}

function shortKey(): string {
  const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
  return publicKey.export({ type: 'spki', format: 'pem' }).toString();
}
