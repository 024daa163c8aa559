/**
 * Ends this process at once when the one that started it is gone: the launcher that handed over to another Node, or the
 * demo that started its server, even when those were killed with SIGKILL. Without a channel to a parent, does nothing.
 */
export function holdLifeline(): void {
  if (!process.connected) return;
  process.once('disconnect', () => process.kill(process.pid, 'SIGKILL'));
  // A listener on the channel would otherwise keep the process alive after its work is done.
  process.channel?.unref();
}
