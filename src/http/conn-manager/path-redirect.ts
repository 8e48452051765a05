import { pinName } from '../header-name.ts';
import type { Headers } from '../headers.ts';
import type { HeaderMutations } from '../route.ts';

const LOCATION = pinName('location');

/** Sends a client to the path that it should have asked for. */
export class PathRedirect implements HeaderMutations {
  private readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  apply(headers: Headers): void {
    headers.set(LOCATION, this.path);
  }
}
