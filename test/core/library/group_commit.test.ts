import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { Connection } from '../../../src/core/library/connection.js';
import { GroupCommit } from '../../../src/core/library/group_commit.js';
import { DIGEST, filledLibrary, message, tempDir, tempLibrary } from './fixtures.js';

const PART = { offset: 0, length: 4096, digest: DIGEST };

function begun(n: number) {
  const { location, chatId } = message(n);
  const path = `/music/${n}.mp3`;
  const { documentId, size } = location;
  return { documentId, chatId, messageId: n, path, partPath: `${path}.part`, size };
}

/** A library and what another process sees of it. */
function seenFromOutside(count: number) {
  const file = join(tempDir(), 'library.db');
  const library = filledLibrary(count, { file });
  return { file, library, outside: tempLibrary({ file }) };
}

it('commits together, and in order, what is asked for in one turn, and tells then', async () => {
  const { library, outside } = seenFromOutside(3);
  const asked = [1, 2, 3].map((n) =>
    library.inSharedTransaction(() => {
      library.beginTransfer(begun(n));
      return n;
    }),
  );
  const recorded = library.inSharedTransaction(() => library.recordPart(begun(2).documentId, PART));
  expect(outside.unfinishedTransfers()).toEqual([]);
  expect(await asked[0]).toBe(1);
  expect(outside.unfinishedTransfers()).toHaveLength(3);
  expect(outside.parts(begun(2).documentId)).toEqual([PART]);
  expect(await Promise.all(asked)).toEqual([1, 2, 3]);
  await recorded;
});

it('undoes what throws, and that alone', async () => {
  const { library, outside } = seenFromOutside(3);
  const asked = [1, 2, 3].map((n) =>
    library.inSharedTransaction(() => {
      library.beginTransfer(begun(n));
      if (n === 2) throw new Error('no good');
    }),
  );
  await asked[0];
  await expect(asked[1]).rejects.toThrow('no good');
  await asked[2];
  expect(outside.unfinishedTransfers().map(({ messageId }) => messageId)).toEqual([1, 3]);
});

it('writes before it closes what was asked for in the turn that closes it', async () => {
  const { library, outside } = seenFromOutside(1);
  const asked = library.inSharedTransaction(() => library.beginTransfer(begun(1)));
  library.close();
  await asked;
  expect(outside.unfinishedTransfers()).toHaveLength(1);
});

it('fails each of them when nothing can be committed', async () => {
  const { file, outside } = seenFromOutside(1);
  const connection = new Connection({ file, busyTimeoutMs: 1 });
  onTestFinished(() => connection.close());
  const group = new GroupCommit(connection);
  const forget = connection.prepare('DELETE FROM documents');
  const asked = Promise.allSettled([1, 2].map(() => group.write(() => forget.run())));
  outside.inTransaction(() => {
    outside.beginTransfer(begun(1));
    group.flush();
  });
  const failed = { status: 'rejected', reason: { code: 'session-locked' } };
  expect(await asked).toMatchObject([failed, failed]);
});
