import { Text } from 'ink';
import { render } from 'ink-testing-library';
import { useState } from 'react';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { InputProvider, useActions, useKeys } from '../../src/components/input.js';
import type { Action } from '../../src/components/key_table.js';
import { PATIENCE } from './screen.js';

/** A list, something that holds everywhere, and a dialog that `d` opens and any key closes. */
function Sample({ heard }: { readonly heard: string[] }) {
  const [hasDialog, setDialog] = useState(false);
  const [rows, setRows] = useState(0);
  useActions('everywhere', true, (action) => {
    heard.push(`everywhere ${action}`);
    return true;
  });
  useActions('chats', true, (action: Action) => {
    if (action === 'cleanup') return false;
    heard.push(`chats ${action} in row ${rows}`);
    if (action === 'down') setRows((old) => old + 1);
    if (action === 'download') setDialog(true);
    return true;
  });
  return (
    <>
      <Text>row {rows}</Text>
      {hasDialog && <SampleDialog heard={heard} onClose={() => setDialog(false)} />}
    </>
  );
}

function SampleDialog({ heard, onClose }: { readonly heard: string[]; readonly onClose: () => void }) {
  useKeys(true, (name) => {
    heard.push(`dialog ${name}`);
    onClose();
    return true;
  });
  return <Text>dialog</Text>;
}

async function sample() {
  const heard: string[] = [];
  const app = render(
    <InputProvider>
      <Sample heard={heard} />
    </InputProvider>,
  );
  onTestFinished(() => app.unmount());
  await vi.waitFor(() => expect(app.stdin.listenerCount('readable')).toBeGreaterThan(0), PATIENCE);
  const type = async (keys: string, count: number) => {
    app.stdin.write(keys);
    await vi.waitFor(() => expect(heard).toHaveLength(count), PATIENCE);
  };
  return { heard, type, frame: () => app.lastFrame() };
}

describe('the keyboard', () => {
  it('hears every key of one read, each on the screen that the one before left', async () => {
    const { heard, type, frame } = await sample();
    await type('jjj', 3);
    expect(heard).toEqual(['chats down in row 0', 'chats down in row 1', 'chats down in row 2']);
    await vi.waitFor(() => expect(frame()).toBe('row 3'), PATIENCE);
  });

  it('hears a long paste to its end', async () => {
    const { type, frame } = await sample();
    await type('j'.repeat(80), 80);
    await vi.waitFor(() => expect(frame()).toBe('row 80'), PATIENCE);
  });

  it('gives keys to a dialog first, from the moment it is there', async () => {
    const { heard, type } = await sample();
    await type('dyj', 3);
    expect(heard).toEqual(['chats download in row 0', 'dialog y', 'chats down in row 0']);
  });

  it('gives what nobody above takes to what holds everywhere', async () => {
    const { heard, type } = await sample();
    await type('cL', 2);
    expect(heard).toEqual(['everywhere cleanup', 'chats library in row 0']);
  });

  it('gives what means the same everywhere to what holds everywhere, whatever lies over it', async () => {
    const { heard, type } = await sample();
    await type('d', 1);
    await type('\x03\x1a', 3);
    expect(heard.slice(1)).toEqual(['everywhere quit', 'everywhere suspend']);
  });
});
