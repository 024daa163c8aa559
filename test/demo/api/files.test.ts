import { createHash } from 'node:crypto';
import { Api } from 'telegram';
import { expect, test } from 'vitest';
import type { CatalogueDocument } from '../../../src/demo/catalogue/catalogue.js';
import { as, Bench, type Caller, long, rpcError } from './bench.js';

const KIB = 1024;

function musicOf(bench: Bench, dcId: number): CatalogueDocument {
  const chat = bench.catalogue.chatByUsername('night_ferry_radio')!;
  const ids = chat.ids('music');
  for (let index = 0; index < ids.length; index++) {
    const document = chat.message(ids.at(index))!.document!;
    if (document.dcId === dcId && document.thumb) return document;
  }
  throw new Error(`no music on data centre ${dcId}`);
}

function locationOf(bench: Bench, { id, accessHash }: CatalogueDocument, thumbSize = '') {
  const fileReference = bench.world.files.references.issue(id);
  return new Api.InputDocumentFileLocation({
    id: long(id),
    accessHash: long(accessHash),
    fileReference,
    thumbSize,
  });
}

async function getFile(
  caller: Caller,
  location: Api.InputDocumentFileLocation,
  offset: number,
  limit: number,
): Promise<Buffer> {
  const answer = await caller.invoke(
    new Api.upload.GetFile({ location, offset: long(BigInt(offset)), limit }),
  );
  return as(answer, Api.upload.File).bytes;
}

test.each([2, 4])('parts put together are the file, on data centre %i', async (dcId) => {
  const bench = new Bench();
  const document = musicOf(bench, dcId);
  const caller = bench.caller(undefined, 'a', dcId);
  const location = locationOf(bench, document);
  const parts: Buffer[] = [];
  for (let offset = 0; offset < document.size; offset += 512 * KIB) {
    parts.push(await getFile(caller, location, offset, 512 * KIB));
  }
  const expected = Buffer.alloc(document.size);
  document.read(0, document.size, expected);
  expect(Buffer.concat(parts).equals(expected)).toBe(true);
  expect(await getFile(caller, location, 1024 * 1024 * KIB, 4 * KIB)).toHaveLength(0);
});

test('the hashes of a file are those of its pieces', async () => {
  const bench = new Bench();
  const document = musicOf(bench, 2);
  const location = locationOf(bench, document);
  const caller = bench.caller();
  const hashes = await caller.invoke(new Api.upload.GetFileHashes({ location, offset: long(0n) }));
  expect(hashes).toHaveLength(8);
  for (const { offset, limit, hash } of hashes) {
    const piece = Buffer.alloc(limit);
    document.read(Number(offset), limit, piece);
    expect(createHash('sha256').update(piece).digest()).toEqual(hash);
  }
});

test('a cover is a JPEG of the announced size; other sizes there are none', async () => {
  const bench = new Bench();
  const document = musicOf(bench, 2);
  const caller = bench.caller();
  const thumb = await getFile(caller, locationOf(bench, document, document.thumb!.type), 0, 128 * KIB);
  expect(thumb).toHaveLength(document.thumb!.size);
  expect(thumb.subarray(0, 3)).toEqual(Buffer.from([0xff, 0xd8, 0xff]));
  const other = getFile(caller, locationOf(bench, document, 'y'), 0, 4 * KIB);
  await expect(other).rejects.toEqual(rpcError(400, 'LOCATION_INVALID'));
});

test('a file is where it is: elsewhere there is only the way to it', async () => {
  const bench = new Bench();
  const document = musicOf(bench, 4);
  const asked = getFile(bench.caller(), locationOf(bench, document), 0, 4 * KIB);
  await expect(asked).rejects.toEqual(rpcError(303, 'FILE_MIGRATE_4'));
});

test('a file is given to who is logged in, knows its hash and has a good reference', async () => {
  const bench = new Bench({ referenceLifetimeSeconds: 60 });
  const document = musicOf(bench, 2);
  const caller = bench.caller();
  const good = locationOf(bench, document);
  const ask = (location: Api.InputDocumentFileLocation) => getFile(caller, location, 0, 4 * KIB);
  await expect(getFile(bench.stranger('x'), good, 0, 4 * KIB)).rejects.toEqual(
    rpcError(401, 'AUTH_KEY_UNREGISTERED'),
  );
  const forged = locationOf(bench, { ...document, accessHash: 1n });
  await expect(ask(forged)).rejects.toEqual(rpcError(400, 'FILE_ID_INVALID'));
  const without = locationOf(bench, document);
  without.fileReference = Buffer.alloc(0);
  await expect(ask(without)).rejects.toEqual(rpcError(400, 'FILE_REFERENCE_EMPTY'));
  without.fileReference = Buffer.alloc(25);
  await expect(ask(without)).rejects.toEqual(rpcError(400, 'FILE_REFERENCE_INVALID'));
  expect(await ask(good)).toHaveLength(4 * KIB);
  bench.now += 60_000;
  await expect(ask(good)).rejects.toEqual(rpcError(400, 'FILE_REFERENCE_EXPIRED'));
  expect(await ask(locationOf(bench, document))).toHaveLength(4 * KIB);
});

test('nobody holds a token for a CDN that does not exist', async () => {
  const request = new Api.upload.GetCdnFile({ fileToken: Buffer.alloc(4), offset: long(0n), limit: 4096 });
  await expect(new Bench().caller().invoke(request)).rejects.toEqual(rpcError(400, 'FILE_TOKEN_INVALID'));
});

test('a struck reference stays expired, for that file, until it is asked for again', async () => {
  const bench = new Bench({ faults: { 'file-reference': 0.5 } });
  const document = musicOf(bench, 2);
  const caller = bench.caller();
  const location = locationOf(bench, document);
  let served = 0;
  for (;;) {
    try {
      await getFile(caller, location, 0, 4 * KIB);
      served++;
    } catch (error) {
      expect(error).toEqual(rpcError(400, 'FILE_REFERENCE_EXPIRED'));
      break;
    }
  }
  expect(served).toBeLessThan(20);
  await expect(getFile(caller, location, 0, 4 * KIB)).rejects.toEqual(
    rpcError(400, 'FILE_REFERENCE_EXPIRED'),
  );
});

test('a file that moves is found on the other data centre, and stays there', async () => {
  const bench = new Bench({ faults: { migrate: 1 } });
  const document = musicOf(bench, 2);
  const [home, away] = [bench.caller(), bench.caller(undefined, 'away', 4)];
  for (let n = 0; n < 3; n++) {
    const asked = getFile(home, locationOf(bench, document), 0, 4 * KIB);
    await expect(asked).rejects.toEqual(rpcError(303, 'FILE_MIGRATE_4'));
  }
  for (let n = 0; n < 3; n++) {
    expect(await getFile(away, locationOf(bench, document), 0, 4 * KIB)).toHaveLength(4 * KIB);
  }
  expect(bench.faults.counts()).toEqual({ migrate: 1 });
});

test('a truncated part is shorter than it should be', async () => {
  const bench = new Bench({ faults: { truncate: 1 } });
  const part = await getFile(bench.caller(), locationOf(bench, musicOf(bench, 2)), 0, 64 * KIB);
  expect(part).toHaveLength(32 * KIB);
  expect(bench.faults.counts()).toEqual({ truncate: 1 });
});
