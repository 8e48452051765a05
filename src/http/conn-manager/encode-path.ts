import type { DataStatus, HeadersStatus, HttpFilter, TrailersStatus } from '../filter.ts';
import type { Headers } from '../headers.ts';
import type { Phases } from './filter-chain.ts';
import { FilterPath } from './filter-path.ts';
import type { HttpStream } from './stream.ts';

/** The response on its way from the terminal filter (or a local reply) to the client's codec. */
export class EncodePath extends FilterPath {
  private readonly stream: HttpStream;

  constructor(stream: HttpStream) {
    super(stream, -1, 0);
    this.stream = stream;
  }

  open(phases: Phases, size: number): void {
    this.start = size;
    this.headersOrder = phases.encodeHeaders;
    this.dataOrder = phases.encodeData;
    this.trailersOrder = phases.encodeTrailers;
  }

  protected callHeaders(position: number, headers: Headers, end: boolean): HeadersStatus {
    const { stream } = this;
    return (stream.filters[position] as HttpFilter).encodeHeaders!(stream, headers, end);
  }

  protected callData(position: number, data: Buffer, end: boolean): DataStatus {
    const { stream } = this;
    return (stream.filters[position] as HttpFilter).encodeData!(stream, data, end);
  }

  protected callTrailers(position: number, trailers: Headers): TrailersStatus {
    const { stream } = this;
    return (stream.filters[position] as HttpFilter).encodeTrailers!(stream, trailers);
  }

  protected passHeaders(headers: Headers, end: boolean): void {
    this.stream.sendHeaders(headers, end);
  }

  protected passData(data: Buffer, end: boolean): void {
    this.stream.sendData(data, end);
  }

  protected passTrailers(trailers: Headers): void {
    this.stream.sendTrailers(trailers);
  }

  protected head(): Headers {
    return this.stream.responseHeaders as Headers;
  }

  protected tooLarge(): void {
    this.stream.onResponseTooLarge();
  }

  /** The terminal filter stops its upstream, as it does for a slow client. */
  protected pauseSource(pause: boolean): void {
    if (pause) this.stream.onAboveHighWatermark();
    else this.stream.onBelowLowWatermark();
  }
}
