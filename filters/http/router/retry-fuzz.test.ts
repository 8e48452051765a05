/** Requests that live through everything in every order: whatever happens, they end once and leave nothing behind. */
import t from 'tap';
import { FAULTS } from '../../../src/http/faults.ts';
import { pinName } from '../../../src/http/header-name.ts';
import { Headers } from '../../../src/http/headers.ts';
import { httpConditions } from '../../../src/upstream/retry/conditions.ts';
import { NO_RETRIES, RetryPolicy } from '../../../src/upstream/retry/retry-policy.ts';
import { RouterBench } from '../../../test/support/router-bench.ts';
import type { FakeStream } from '../../../test/support/upstream-doubles.ts';

/** Park and Miller's generator: the same numbers for the same seed, everywhere. */
class Dice {
  private state: number;

  constructor(seed: number) {
    this.state = seed + 1;
  }

  below(n: number): number {
    this.state = (this.state * 48_271) % 0x7fffffff;
    return this.state % n;
  }
}

/** Thousands of promises are kept: only a broken one is worth a line. */
function must(kept: boolean, promise: string): void {
  if (!kept) t.fail(promise);
}

const ENDS = [
  FAULTS.CONNECTION_TERMINATION,
  FAULTS.UPSTREAM_PROTOCOL_ERROR,
  FAULTS.UPSTREAM_REMOTE_RESET,
  FAULTS.REFUSED_STREAM,
  FAULTS.UNPROCESSED,
];
const STATUSES = [200, 200, 204, 404, 409, 500, 503];

class Life {
  readonly bench: RouterBench;
  private readonly dice: Dice;
  private requestOpen = true;
  private slow = 0;
  /** What the upstream has of a response so far. */
  private readonly begun = new Set<FakeStream>();
  sent = '';
  over = false;

  constructor(dice: Dice) {
    this.dice = dice;
    const predicates = [{ rejects: (host: object, tried: readonly object[]) => tried.includes(host) }];
    const policy = new RetryPolicy({
      ...NO_RETRIES,
      conditions: httpConditions(['5xx', 'reset,retriable-4xx', 'connect-failure,refused-stream'][dice.below(3)] as string),
      retries: dice.below(4),
      perTryTimeoutMs: [0, 40][dice.below(2)] as number,
      perTryIdleMs: [0, 30][dice.below(2)] as number,
      predicates: dice.below(2) === 0 ? predicates : [],
      repicks: 3,
    });
    this.bench = new RouterBench({
      cluster: { hosts: [{}, {}, {}], thresholds: { maxRetries: 1, maxPending: dice.below(4) === 0 ? 0 : 10 } },
      entry: {
        retryPolicy: dice.below(4) === 0 ? null : policy,
        timeoutMs: [0, 120][dice.below(2)] as number,
        replayLimit: dice.below(3) === 0 ? 6 : -1,
      },
    });
    this.bench.stream.bufferLimit = 20;
    const end = dice.below(3) === 0;
    this.requestOpen = !end;
    this.bench.start(end);
    this.check();
  }

  /** The stream that runs, when there is one. */
  private get upstream(): FakeStream | null {
    for (const codec of this.bench.cluster.codecs.all) {
      const last = codec.streams.at(-1);
      if (last !== undefined && codec.activeStreams > 0 && last.resetWith === null) return last;
    }
    return null;
  }

  private get connecting() {
    const { connections } = this.bench.cluster.transport;
    const { all } = this.bench.cluster.codecs;
    return connections.find((connection) => connection.open && all.every((codec) => codec.connection !== connection)) ?? null;
  }

  step(): void {
    const { bench, dice } = this;
    const upstream = this.upstream;
    const connecting = this.connecting;
    const { filter, stream } = bench;
    switch (dice.below(14)) {
      case 0:
      case 1:
        if (this.requestOpen && stream.readDisabled === 0) this.body(dice.below(4) === 0);
        break;
      case 2:
        if (this.requestOpen) {
          this.requestOpen = false;
          const trailers = new Headers();
          trailers.add(pinName('x-trailer'), '1');
          filter.decodeTrailers(stream, trailers);
        }
        break;
      case 3:
      case 4:
        connecting?.connected();
        break;
      case 5:
        connecting?.fail('refused');
        break;
      case 6:
        if (upstream !== null) {
          upstream.fail(ENDS[dice.below(ENDS.length)] as (typeof ENDS)[number]);
        }
        break;
      case 7:
      case 8:
        if (upstream !== null && !this.begun.has(upstream)) {
          this.begun.add(upstream);
          const status = STATUSES[dice.below(STATUSES.length)] as number;
          if (dice.below(2) === 0) upstream.respond(status);
          else upstream.respondHead(status);
        }
        break;
      case 9:
        if (upstream !== null && this.begun.has(upstream)) upstream.data('x', dice.below(2) === 0);
        break;
      case 10:
        if (dice.below(2) === 0) {
          this.slow++;
          filter.onDownstreamAboveHighWatermark();
        } else if (this.slow > 0) {
          this.slow--;
          filter.onDownstreamBelowLowWatermark();
        }
        break;
      case 11:
        if (upstream !== null) {
          upstream.callbacks?.onAboveHighWatermark();
          if (dice.below(2) === 0) upstream.callbacks?.onBelowLowWatermark();
        }
        break;
      default:
        bench.cluster.dispatcher.advance(dice.below(40));
    }
    this.check();
  }

  private body(end: boolean): void {
    const text = 'abcdefg'.slice(0, 1 + this.dice.below(6));
    this.sent += text;
    if (end) this.requestOpen = false;
    this.bench.body(text, end);
  }

  /** Ends as the connection manager would; the upstream never gets bytes that the client did not send. */
  private check(): void {
    const { stream } = this.bench;
    const upstream = this.upstream;
    if (upstream !== null) {
      must(this.sent.startsWith(upstream.body), `sent ${this.sent}, got ${upstream.body}`);
      must(!upstream.ended || upstream.body === this.sent, `complete with ${upstream.body} of ${this.sent}`);
    }
    if (this.over || (stream.reply === null && stream.resetWith === null && !stream.events.includes('end'))) return;
    this.destroy();
    const answers = stream.events.filter((event) => event.startsWith('head') || event.startsWith('reply')).length;
    must(answers <= 1, `${answers} answers`);
  }

  destroy(): void {
    if (this.over) return;
    this.over = true;
    const { bench } = this;
    bench.filter.onDestroy(bench.stream);
    const answers = bench.stream.events.length;
    const attempts = bench.info.attempts;
    bench.cluster.dispatcher.advance(60_000);
    must(bench.stream.readDisabled === 0, 'the client is read again');
    must(bench.stream.events.length === answers, 'nothing comes after the end');
    must(bench.info.attempts === attempts, 'nothing is tried after the end');
    for (const gauge of ['circuit_breakers.default.rq_retry_open', 'upstream_rq_active', 'upstream_rq_pending_active']) {
      must(bench.cluster.stat(gauge) === 0, `${gauge} is 0`);
    }
  }
}

t.test('thousands of requests, each with a fate of its own', (t) => {
  const dice = new Dice(20);
  let retried = 0;
  for (let i = 0; i < 3000; i++) {
    const life = new Life(dice);
    for (let step = 0; step < 60 && !life.over; step++) life.step();
    life.destroy();
    if (life.bench.info.attempts > 1) retried++;
  }
  t.ok(retried > 300, `${retried} of them were retried`);
  t.end();
});
