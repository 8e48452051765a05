import { create, type Message } from './message.ts';

export type Duration = Message<'google.protobuf.Duration'>;
export type Timestamp = Message<'google.protobuf.Timestamp'>;

/** Milliseconds with fraction, or undefined for an unset field. */
export function milliseconds(duration: Duration): number;
export function milliseconds(duration: Duration | undefined): number | undefined;
export function milliseconds(duration: Duration | undefined): number | undefined {
  return duration === undefined ? undefined : Number(duration.seconds) * 1000 + duration.nanos / 1e6;
}

/** From milliseconds with fraction. */
export function duration(ms: number): Duration {
  const seconds = Math.trunc(ms / 1000);
  return create('google.protobuf.Duration', { seconds: BigInt(seconds), nanos: Math.round((ms - seconds * 1000) * 1e6) });
}

/** From milliseconds since the Unix epoch. */
export function timestamp(ms: number): Timestamp {
  const seconds = Math.floor(ms / 1000);
  return create('google.protobuf.Timestamp', { seconds: BigInt(seconds), nanos: Math.round((ms - seconds * 1000) * 1e6) });
}

/** Milliseconds since the Unix epoch, with fraction. */
export function epochMilliseconds(time: Timestamp): number {
  return Number(time.seconds) * 1000 + time.nanos / 1e6;
}
