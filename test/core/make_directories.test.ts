import { mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { makeDirectories } from '../../src/core/make_directories.js';

function directory(): string {
  const path = mkdtempSync(join(tmpdir(), 'tad-make-'));
  onTestFinished(() => rmSync(path, { recursive: true }));
  return path;
}

describe('directories', () => {
  it('are made with what is missing above them, and may be there already', () => {
    const path = join(directory(), 'a', 'b', 'c');
    makeDirectories(path, 0o700);
    makeDirectories(path, 0o700);
    for (const made of [path, join(path, '..')]) {
      expect(statSync(made).isDirectory()).toBe(true);
      if (process.platform !== 'win32') expect(statSync(made).mode & 0o777).toBe(0o700);
    }
  });

  it('are not made where a file is, or a link that leads nowhere', () => {
    const root = directory();
    writeFileSync(join(root, 'file'), '');
    symlinkSync(join(root, 'nowhere'), join(root, 'link'));
    expect(() => makeDirectories(join(root, 'file'))).toThrow('EEXIST');
    expect(() => makeDirectories(join(root, 'link'))).toThrow('EEXIST');
    expect(() => makeDirectories(join(root, 'file', 'below'))).toThrow(/EEXIST|ENOTDIR/);
  });

  it.skipIf(process.platform !== 'linux')('are refused at once where no names can be', () => {
    expect(() => makeDirectories('/proc/x/y')).toThrow('ENOENT');
  });
});
