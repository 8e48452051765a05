/** The two ends of an HTTP exchange as tests play them: they write down what a codec hands them, and can answer at once. */
import type {
  RequestDecoder,
  RequestEncoder,
  ResponseDecoder,
  ResponseEncoder,
  ServerCallbacks,
  StreamCallbacks,
} from '../../src/http/codec.ts';
import { FAULTS, type Fault } from '../../src/http/faults.ts';
import { CONNECTION, pinName } from '../../src/http/header-name.ts';
import { Headers } from '../../src/http/headers.ts';

/** `name: value` in order. */
export function fieldLines(headers: Headers): string[] {
  return headers.fields.slice(0, headers.count).map((field) => `${field.name.text}: ${field.value}`);
}

function add(headers: Headers, lines: readonly string[]): Headers {
  for (const line of lines) {
    const colon = line.indexOf(': ');
    headers.add(pinName(line.slice(0, colon)), line.slice(colon + 2));
  }
  return headers;
}

export function requestHeaders(method: string, authority: string, path: string, ...lines: string[]): Headers {
  const headers = new Headers();
  headers.method = method;
  headers.scheme = 'http';
  headers.authority = authority;
  headers.path = path;
  return add(headers, lines);
}

export function responseHeaders(status: number, ...lines: string[]): Headers {
  const headers = new Headers();
  headers.status = status;
  return add(headers, lines);
}

export function trailers(...lines: string[]): Headers {
  return add(new Headers(), lines);
}

/** What both directions have in common. */
class Recorded implements StreamCallbacks {
  headers: Headers | null = null;
  body = '';
  /** Calls that brought data, `end` without bytes included. */
  pieces = 0;
  trailers: Headers | null = null;
  complete = false;
  fault: Fault | null = null;
  above = 0;
  below = 0;

  get fields(): string[] {
    return this.headers === null ? [] : fieldLines(this.headers);
  }

  decodeHeaders(headers: Headers, end: boolean): void {
    this.headers = headers;
    if (end) this.end();
  }

  decodeData(data: Buffer, end: boolean): void {
    this.check();
    this.pieces++;
    this.body += data.toString('latin1');
    if (end) this.end();
  }

  decodeTrailers(received: Headers): void {
    this.check();
    this.trailers = received;
    this.end();
  }

  onReset(fault: Fault): void {
    if (this.fault !== null) throw new Error('reset twice');
    this.fault = fault;
  }

  onAboveHighWatermark(): void {
    this.above++;
  }

  onBelowLowWatermark(): void {
    this.below++;
  }

  protected end(): void {
    this.check();
    this.complete = true;
  }

  private check(): void {
    if (this.headers === null) throw new Error('no headers before the rest');
    if (this.complete) throw new Error('something behind the end');
    if (this.fault !== null) throw new Error('something behind a reset');
  }
}

export class RecordedRequest extends Recorded implements RequestDecoder {
  readonly encoder: ResponseEncoder;
  /** Told by the codec, with or without a head. */
  error: Fault | null = null;
  private readonly answer: ((request: RecordedRequest) => void) | null;

  constructor(encoder: ResponseEncoder, answer: ((request: RecordedRequest) => void) | null) {
    super();
    this.encoder = encoder;
    this.answer = answer;
    encoder.setCallbacks(this);
  }

  override decodeHeaders(headers: Headers, end: boolean): void {
    // What the connection manager refuses for every protocol.
    if (headers.authority === '') this.onCodecError(FAULTS.MISSING_HOST);
    else if (headers.path.includes('#')) this.onCodecError(FAULTS.PATH_NORMALIZATION_FAILED);
    else super.decodeHeaders(headers, end);
  }

  protected override end(): void {
    super.end();
    this.answer?.(this);
  }

  onCodecError(fault: Fault): void {
    this.error = fault;
    if (fault.http === 0) {
      this.encoder.reset(fault);
      return;
    }
    const headers = responseHeaders(fault.http, ...(fault.body === '' ? [] : [`content-length: ${fault.body.length}`]));
    if (fault.closes) headers.add(CONNECTION, 'close');
    this.encoder.encodeHeaders(headers, fault.body === '');
    if (fault.body !== '') this.encoder.encodeData(Buffer.from(fault.body), true);
  }
}

/** A connection manager that hands requests to a test. */
export class RecordingServer implements ServerCallbacks {
  readonly requests: RecordedRequest[] = [];
  /** `peerMaySend` of `onFinished`. */
  finished: boolean | null = null;
  refusing = false;
  answer: ((request: RecordedRequest) => void) | null;
  private readonly whenFinished: () => void;

  constructor(answer: ((request: RecordedRequest) => void) | null, whenFinished: () => void) {
    this.answer = answer;
    this.whenFinished = whenFinished;
  }

  newStream(encoder: ResponseEncoder): RequestDecoder | null {
    if (this.refusing) return null;
    const request = new RecordedRequest(encoder, this.answer);
    this.requests.push(request);
    return request;
  }

  onEarlyError(encoder: ResponseEncoder, _partial: Headers, fault: Fault): void {
    const request = new RecordedRequest(encoder, null);
    this.requests.push(request);
    request.onCodecError(fault);
  }

  onFinished(peerMaySend: boolean): void {
    if (this.finished !== null) throw new Error('finished twice');
    this.finished = peerMaySend;
    this.whenFinished();
  }

  get complete(): RecordedRequest[] {
    return this.requests.filter((request) => request.complete);
  }
}

export class RecordedResponse extends Recorded implements ResponseDecoder {
  encoder: RequestEncoder | null = null;
  readonly informational: Headers[] = [];

  decodeInformational(headers: Headers): void {
    if (this.headers !== null) throw new Error('an informational response behind the final one');
    this.informational.push(headers);
  }
}

/** Answers 200 with a body. */
export function answerOk(request: RecordedRequest): void {
  request.encoder.encodeHeaders(responseHeaders(200, 'content-length: 2'), false);
  request.encoder.encodeData(Buffer.from('ok'), true);
}
