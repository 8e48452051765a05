import type { DataStatus, HeadersStatus, HttpFilter, TrailersStatus } from '../filter.ts';
import type { Headers } from '../headers.ts';
import type { Phases } from './filter-chain.ts';
import { FilterPath } from './filter-path.ts';
import type { HttpStream } from './stream.ts';

/** The request on its way from the client to the terminal filter, which takes it out of the path. */
export class DecodePath extends FilterPath {
  private readonly stream: HttpStream;

  constructor(stream: HttpStream) {
    super(stream, 1, -1);
    this.stream = stream;
  }

  open(phases: Phases, last: number): void {
    this.headersOrder = phases.decodeHeaders;
    this.dataOrder = phases.decodeData;
    this.trailersOrder = phases.decodeTrailers;
    this.last = last;
  }

  protected callHeaders(position: number, headers: Headers, end: boolean): HeadersStatus {
    const { stream } = this;
    return (stream.filters[position] as HttpFilter).decodeHeaders!(stream, headers, end);
  }

  protected callData(position: number, data: Buffer, end: boolean): DataStatus {
    const { stream } = this;
    return (stream.filters[position] as HttpFilter).decodeData!(stream, data, end);
  }

  protected callTrailers(position: number, trailers: Headers): TrailersStatus {
    const { stream } = this;
    return (stream.filters[position] as HttpFilter).decodeTrailers!(stream, trailers);
  }

  protected passHeaders(): void {}

  protected passData(): void {}

  protected passTrailers(): void {}

  protected head(): Headers {
    return this.stream.requestHeaders;
  }

  protected tooLarge(): void {
    this.stream.onRequestTooLarge();
  }

  protected pauseSource(pause: boolean): void {
    this.stream.readDisableRequest(pause);
  }
}
