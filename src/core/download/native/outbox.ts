/**
 * Messages for another thread: those of one turn of the event loop go together, in order. Each post wakes the other thread,
 * which costs more than what a message says, and files that go on together have as much to say at once.
 */
export class Outbox<Message> {
  readonly #post: (messages: readonly Message[]) => void;
  #waiting: Message[] = [];

  constructor(post: (messages: readonly Message[]) => void) {
    this.#post = post;
  }

  send(message: Message): void {
    if (this.#waiting.length === 0) setImmediate(() => this.#flush());
    this.#waiting.push(message);
  }

  #flush(): void {
    const messages = this.#waiting;
    this.#waiting = [];
    this.#post(messages);
  }
}
