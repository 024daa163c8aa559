import { Box, Text } from 'ink';
import { useState } from 'react';
import { toTadError } from '../core/errors.js';
import type { Chat } from '../core/types.js';
import { useDashboard } from './dashboard_context.js';
import { bytes, rate } from './format.js';
import { useActions } from './input.js';
import type { Action } from './key_table.js';
import { type Layout, neighbour, PANES, type PaneName } from './layout.js';
import { OutOfSight } from './out_of_sight.js';
import { ActivityPane } from './panes/activity_pane.js';
import { ChatsPane } from './panes/chats_pane.js';
import { DownloadsPane } from './panes/downloads_pane.js';
import { Footer } from './panes/footer.js';
import { Header } from './panes/header.js';
import { MemoryPane } from './panes/memory_pane.js';
import { NoticeLine } from './panes/notice_line.js';
import { fit } from './text.js';
import { useTheme } from './theme_context.js';
import { useDownload } from './use_download.js';
import { ChatView } from './views/chat_view.js';
import { HelpView } from './views/help_view.js';
import { LibraryView } from './views/library_view.js';
import { LogView } from './views/log_view.js';
import { MemoryView } from './views/memory_view.js';
import { SettingsView } from './views/settings_view.js';
import { Dialog, useDialogCells } from './widgets/dialog.js';
import { Prompt } from './widgets/prompt.js';
import { QuitDialog } from './widgets/quit_dialog.js';

type View =
  | { readonly kind: 'panes' }
  | { readonly kind: 'chat'; readonly chat: Chat }
  | { readonly kind: 'library' | 'log' | 'settings' | 'help' | 'figures' };

const PANES_VIEW: View = { kind: 'panes' };

/** The screen once somebody is logged in: four panes, or one view over them. */
export function DashboardScreen({
  layout,
  isTooSmall,
  onQuit,
}: {
  readonly layout: Extract<Layout, { kind: 'panes' }>;
  /** The terminal is: nothing is shown but what asks before work is left. */
  readonly isTooSmall: boolean;
  readonly onQuit: () => void;
}) {
  const dashboard = useDashboard();
  const { core, stores, view: viewState, tell } = dashboard;
  const [view, setView] = useState<View>(PANES_VIEW);
  const [dialog, setDialog] = useState<'limit' | 'quit'>();
  const { pane } = viewState.state;
  const back = () => setView(PANES_VIEW);
  const goTo = (next: PaneName) => {
    back();
    viewState.update({ pane: next });
  };
  const { start: download, tryAgain } = useDownload();

  const cleanUp = () => {
    stores.memory.during(core.cleanup()).catch((error: unknown) => tell('error', toTadError(error).message));
  };
  const quit = () => {
    const isScanning = stores.chats.get().rows.some(({ scanning }) => scanning !== undefined);
    const isWanted = viewState.kept().wanted.length > 0;
    if (stores.transfers.get().unfinished > 0 || isScanning || isWanted) setDialog('quit');
    else onQuit();
  };

  const isOpen = view.kind === 'panes';
  const everywhere: Partial<Record<Action, () => unknown>> = {
    'next-pane': () => goTo(PANES[(PANES.indexOf(pane) + 1) % PANES.length]!),
    'previous-pane': () => goTo(PANES[(PANES.indexOf(pane) + PANES.length - 1) % PANES.length]!),
    'pane-1': () => goTo('chats'),
    'pane-2': () => goTo('downloads'),
    'pane-3': () => goTo('memory'),
    'pane-4': () => goTo('activity'),
    left: () => isOpen && goTo(neighbour(layout.panes, pane, 'left')),
    right: () => isOpen && goTo(neighbour(layout.panes, pane, 'right')),
    'pause-all': () => {
      const isPaused = !core.status().paused;
      if (isPaused) core.pause();
      else core.resume();
      viewState.update({ isPaused });
      tell('info', isPaused ? 'paused all transfers' : 'resumed all transfers');
      stores.connection.refresh();
      stores.transfers.recount();
    },
    cleanup: cleanUp,
    limit: () => setDialog('limit'),
    library: () => setView({ kind: 'library' }),
    log: () => setView({ kind: 'log' }),
    settings: () => setView({ kind: 'settings' }),
    help: () => setView({ kind: 'help' }),
  };
  useActions('everywhere', true, (action) => {
    if (action === 'suspend') return false;
    if (action === 'quit' && dialog === 'quit') onQuit();
    else if (action === 'quit') quit();
    else if (dialog === undefined && !isTooSmall) everywhere[action]?.();
    return true;
  });

  const isFocused = (name: PaneName) => isOpen && dialog === undefined && pane === name;
  return (
    <>
      <OutOfSight when={isTooSmall}>
        {/* Each pane has its place; the direction is the order in which a screen reader reads them, one below the other. */}
        <Box width={layout.columns} height={layout.rows} flexDirection="column">
          <Header area={layout.header} />
          {view.kind === 'panes' && (
            <>
              <ChatsPane
                area={layout.panes.chats}
                isFocused={isFocused('chats')}
                onOpen={(chat) => setView({ kind: 'chat', chat })}
                onDownload={(chats) => {
                  tell('info', `asked for: ${chats.map(({ title }) => title).join(', ')}`);
                  download(chats.map((chat) => ({ chat })));
                }}
              />
              <MemoryPane
                area={layout.panes.memory}
                isFocused={isFocused('memory')}
                onOpen={() => setView({ kind: 'figures' })}
              />
              <ActivityPane
                area={layout.panes.activity}
                isFocused={isFocused('activity')}
                onOpenLog={() => setView({ kind: 'log' })}
              />
              {/* The last: its dialogs lie over the other panes. */}
              <DownloadsPane
                area={layout.panes.downloads}
                isFocused={isFocused('downloads')}
                onTryAgain={tryAgain}
              />
            </>
          )}
          {view.kind === 'chat' && <ChatView area={layout.body} chat={view.chat} onBack={back} />}
          {view.kind === 'library' && <LibraryView area={layout.body} onBack={back} />}
          {view.kind === 'log' && <LogView area={layout.body} onBack={back} />}
          {view.kind === 'settings' && <SettingsView area={layout.body} onBack={back} />}
          {view.kind === 'figures' && <MemoryView area={layout.body} onBack={back} />}
          {view.kind === 'help' && <HelpView area={layout.body} onBack={back} />}
          {view.kind !== 'panes' && <NoticeLine area={layout.body} />}
          <Footer area={layout.footer} />
          {dialog === 'limit' && <LimitDialog onClose={() => setDialog(undefined)} />}
        </Box>
      </OutOfSight>
      {dialog === 'quit' && <QuitDialog onQuit={onQuit} onStay={() => setDialog(undefined)} />}
    </>
  );
}

/** A bare number is bytes, which hardly anybody means. */
const hintFor = (typed: string) => (/^[\d.\s]+$/.test(typed) ? ': bytes; write 1MB for a megabyte' : '');

function LimitDialog({ onClose }: { readonly onClose: () => void }) {
  const { host, stores, core, tell } = useDashboard();
  const { glyphs } = useTheme();
  const cells = useDialogCells();
  const [problem, setProblem] = useState<string>();
  const { rateLimit } = stores.connection.get();
  return (
    <Dialog title="Bandwidth limit">
      <Text dimColor>
        {rateLimit === undefined ? 'No limit now.' : `${bytes(rateLimit)}/s now.`} 2MB or 500K, for example.
      </Text>
      <Text dimColor>Nothing lifts it. The next start has it, too.</Text>
      <Prompt
        label="limit per second:"
        cells={64}
        onSubmit={(text) => {
          try {
            host.changeSetting('limit-rate', text.trim() === '0' ? '' : text);
          } catch (error) {
            setProblem(toTadError(error).message);
            return;
          }
          stores.connection.refresh();
          const { rateLimit: now } = core.status();
          tell(
            'info',
            now === undefined ? 'no limit of the bandwidth' : `limited to ${rate(now)}${hintFor(text)}`,
          );
          onClose();
        }}
        onCancel={onClose}
      />
      <Text>{fit(problem ?? '', cells, glyphs.ellipsis)}</Text>
      <Text dimColor>Enter sets it, Esc leaves it as it is</Text>
    </Dialog>
  );
}
