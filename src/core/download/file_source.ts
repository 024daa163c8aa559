import { TadError, toTadError } from '../errors.js';
import type { FileLocation } from '../types.js';
import { abortError, type Clock } from './clock.js';
import type { FileLane, LaneFile, PartRecord } from './lane.js';
import type { AskedPart } from './parts/adaptive_part_size.js';
import type { DataCentre } from './parts/data_centre.js';
import { type Part, PartPlan } from './parts/part_plan.js';
import type { PartScheduler, PartSource } from './parts/part_scheduler.js';
import { partSizeFor } from './parts/part_size.js';
import { withDeadline } from './policies/deadline.js';
import {
  countFailure,
  decide,
  type FailureCounts,
  isPassing,
  NO_FAILURES,
  unlessOurs,
} from './policies/failure.js';
import { type Closed, type Gate, GateGroup, ManualGate } from './policies/gate.js';
import { distance, slowLink } from './policies/slow_link.js';

export interface FileSourceOptions {
  readonly clock: Clock;
  readonly random: () => number;
  readonly scheduler: PartScheduler;
  readonly dataCentre: (id: number) => DataCentre;
  readonly lane: Pick<FileLane, 'isBroken' | 'admission'>;
  readonly file: LaneFile;
  readonly location: FileLocation;
  /** On disk and verified. */
  readonly present: readonly PartRecord[];
  readonly signal: AbortSignal;
  /** Gates of the place it is written to. */
  readonly gates: readonly Gate[];
  /** A fresh location of the same file; keeps trying until it has one or it is certain that there is none. */
  readonly refresh: (signal: AbortSignal) => Promise<FileLocation>;
  /** It lives on another data centre than was thought. */
  readonly onMoved: (location: FileLocation) => void;
  /** A part is about to be asked for. */
  readonly onStart: () => void;
  /** Notes for the next run that a part is on disk; resolves when that cannot be lost. */
  readonly record: (part: PartRecord) => Promise<void>;
  readonly onPart: (record: PartRecord) => void;
  /** A write found no room. */
  readonly onNoRoom: () => void;
  readonly onWaiting: (closed: Closed | undefined) => void;
}

/** Instead of a part's offset: the data centre could not be asked at all. */
const ADMISSION = -1;

/**
 * The bytes of one open file: which are missing, and what to do when a part fails. It never sleeps: a failure gives
 * the part back and closes a gate, and the scheduler comes again when the gate opens.
 */
export class FileSource implements PartSource {
  readonly gate: GateGroup;
  readonly preferredPartBytes: number;
  readonly #options: FileSourceOptions;
  readonly #plan: PartPlan;
  readonly #backOff: ManualGate;
  readonly #refreshing: ManualGate;
  readonly #abort = new AbortController();
  readonly #done = Promise.withResolvers<void>();
  /** Failures in a row of each part that has failed, by offset. */
  readonly #failures = new Map<number, FailureCounts>();
  readonly #signal: AbortSignal;
  #location: FileLocation;
  #dataCentre: DataCentre;
  #refreshedAt = -1;
  #underWay = 0;
  #bytesUnderWay = 0;
  #failed: TadError | undefined;

  constructor(options: FileSourceOptions) {
    const { clock, location } = options;
    this.#options = options;
    this.#location = location;
    this.#dataCentre = options.dataCentre(location.dcId);
    this.#plan = new PartPlan(location.size, options.present);
    this.#backOff = new ManualGate(clock);
    this.#refreshing = new ManualGate(clock);
    this.gate = new GateGroup([this.#backOff, this.#refreshing, ...options.gates]);
    this.preferredPartBytes = partSizeFor(location.size);
    this.#signal = AbortSignal.any([options.signal, this.#abort.signal]);
  }

  get dataCentre(): DataCentre {
    return this.#dataCentre;
  }

  get hasParts(): boolean {
    return this.#failed === undefined && !this.#plan.isEmpty;
  }

  /** Bytes on disk. */
  get bytes(): number {
    return this.#plan.totalBytes - this.#plan.missingBytes - this.#bytesUnderWay;
  }

  /**
   * Resolves when every byte is on disk and recorded. No request is under way when it settles.
   * @throws TadError the first failure that no policy could mend; `cancelled`
   */
  async fetchAll(): Promise<void> {
    if (this.#plan.isEmpty) return;
    const { scheduler, signal } = this.#options;
    const onAbort = () => this.#fail(abortError(signal));
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
    else scheduler.add(this);
    try {
      await this.#done.promise;
    } finally {
      signal.removeEventListener('abort', onAbort);
      scheduler.remove(this);
    }
  }

  take(maxBytes: number): Part | undefined {
    return this.#plan.take(maxBytes);
  }

  admit(): boolean {
    const dataCentre = this.#dataCentre;
    const admission = this.#options.lane.admission?.(dataCentre.id);
    if (admission === undefined) return true;
    const settled = admission.then(
      () => {
        this.#failures.delete(ADMISSION);
        dataCentre.breaker.succeeded();
      },
      (cause: unknown) => this.#notAdmitted(toTadError(cause), dataCentre),
    );
    // Also when this file is given up meanwhile: what others wait for goes on.
    dataCentre.admission.await(settled);
    return false;
  }

  async fetch(part: Part): Promise<void> {
    const { clock, file, scheduler, onStart } = this.#options;
    const dataCentre = this.#dataCentre;
    const startedAt = clock.now();
    const { underWay } = dataCentre;
    const receivedBefore = file.receivedBytes;
    this.#underWay++;
    this.#bytesUnderWay += part.length;
    onStart();
    const outcome = await withDeadline(
      clock,
      dataCentre.deadline.currentMs,
      `a part of ${Math.ceil(part.length / 1024)} KB from data centre ${dataCentre.id}`,
      this.#signal,
      (signal) => file.fetchPart(part.offset, part.length, signal),
      slowLink(() => file.receivedBytes, scheduler.bytesUnderWay),
    ).catch(toTadError);
    const receivedAfter = file.receivedBytes;
    const asked: AskedPart = {
      bytes: part.length,
      ms: clock.now() - startedAt,
      received:
        receivedBefore === undefined || receivedAfter === undefined
          ? undefined
          : distance(receivedBefore, receivedAfter),
    };
    if (outcome instanceof TadError) {
      this.#release(part);
      this.#absorb(outcome, part.offset, dataCentre, startedAt, asked);
      // Only now: whatever gate the failure closes must be closed before anybody can take the part again.
      this.#plan.giveBack(part);
    } else {
      dataCentre.answered(asked, underWay);
      this.#failures.delete(part.offset);
      await this.#record(outcome, part);
    }
    if (this.#underWay > 0) return;
    if (this.#failed) this.#done.reject(this.#failed);
    else if (this.#plan.isEmpty) this.#done.resolve();
  }

  waiting(closed: Closed | undefined): void {
    this.#options.onWaiting(closed);
  }

  /** What passes is the data centre's trouble, not the file's: its breaker says when to try again, and how long to go on. */
  #notAdmitted(cause: TadError, dataCentre: DataCentre): void {
    const error = unlessOurs(cause, this.#signal);
    if (isPassing(error)) dataCentre.breaker.failed();
    if (this.#failed) return;
    if (this.#options.lane.isBroken) this.#fail(error);
    else if (!isPassing(error)) this.#absorb(error, ADMISSION, dataCentre, this.#options.clock.now());
  }

  /** A part that nobody recorded would be in doubt after a crash: it counts as not fetched. */
  async #record(fetched: PartRecord, part: Part): Promise<void> {
    const { record, onPart, onNoRoom } = this.#options;
    try {
      await record(fetched);
      this.#release(part);
      onPart(fetched);
    } catch (cause) {
      const error = toTadError(cause);
      this.#giveBack(part);
      if (error.code === 'disk-full') onNoRoom();
      else this.#fail(error);
    }
  }

  #release(part: Part): void {
    this.#underWay--;
    this.#bytesUnderWay -= part.length;
  }

  #giveBack(part: Part): void {
    this.#release(part);
    this.#plan.giveBack(part);
  }

  /** @param what the offset of the part that failed, or {@link ADMISSION} */
  #absorb(error: TadError, what: number, dataCentre: DataCentre, startedAt: number, asked?: AskedPart): void {
    if (this.#failed) return;
    if (this.#options.lane.isBroken) {
      this.#fail(error);
      return;
    }
    dataCentre.failed(error, startedAt, asked);
    // Parts that were under way while the location was renewed fail once more for the old reason.
    const isOld = startedAt < this.#refreshedAt;
    if (isOld && (error.code === 'reference-expired' || error.code === 'wrong-dc')) return;
    const counts = this.#failures.get(what) ?? NO_FAILURES;
    const decision = decide(unlessOurs(error, this.#signal), counts, this.#options.random);
    this.#failures.set(what, countFailure(counts, decision));
    switch (decision.kind) {
      case 'drop':
        break;
      case 'flood':
        dataCentre.flooded(decision.error);
        break;
      case 'refresh':
        this.#refresh();
        break;
      case 'migrate':
        this.#relocate({ ...this.#location, dcId: decision.dcId });
        this.#options.onMoved(this.#location);
        break;
      case 'no-room':
        this.#options.onNoRoom();
        break;
      case 'retry':
        this.#backOff.close(`trying again: ${error.message}`, decision.afterMs);
        break;
      case 'fail':
        this.#fail(decision.error);
    }
  }

  #refresh(): void {
    if (this.#refreshing.closed()) return;
    this.#refreshing.close('asking for a fresh file reference');
    this.#options.refresh(this.#signal).then(
      (location) => {
        this.#relocate(location);
        this.#refreshing.open();
      },
      (error: unknown) => this.#fail(toTadError(error)),
    );
  }

  #relocate(location: FileLocation): void {
    const { clock, dataCentre, file, scheduler } = this.#options;
    this.#location = location;
    this.#refreshedAt = clock.now();
    file.relocate(location);
    const next = dataCentre(location.dcId);
    if (next === this.#dataCentre || this.#failed) return;
    scheduler.remove(this);
    this.#dataCentre = next;
    scheduler.add(this);
  }

  #fail(error: TadError): void {
    if (this.#failed) return;
    this.#failed = error;
    this.#abort.abort(error);
    if (this.#underWay === 0) this.#done.reject(error);
  }
}
