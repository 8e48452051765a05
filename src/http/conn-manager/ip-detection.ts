/** `original_ip_detection_extensions`: who the client is, asked one after the other until one knows (Envoy 1.40 `Http::OriginalIPDetection`). */
import { isIP } from 'node:net';
import { type Address, ipAddress } from '../../base/address.ts';
import { type HeaderName, X_FORWARDED_FOR } from '../header-name.ts';
import type { Headers } from '../headers.ts';
import { lastForwarded } from './forwarded-for.ts';
import type { InternalAddresses } from './internal-addresses.ts';

/** What came of asking. One per sanitizer, refilled for each request. */
export class Detected {
  /** Null: nobody knew. */
  address: Address | null;
  /** The address may make the request internal. */
  trusted: boolean;
  /** The peer is appended to x-forwarded-for. */
  append: boolean;
  /** Status of the answer when the request is refused; 0: it is not. */
  refused: number;

  constructor() {
    this.address = null;
    this.trusted = false;
    this.append = false;
    this.refused = 0;
  }

  clear(): void {
    this.address = null;
    this.trusted = false;
    this.append = false;
    this.refused = 0;
  }
}

export interface IpDetection {
  /** Leaves `detected` as it is when it does not know. */
  detect(headers: Headers, peer: Address, detected: Detected): void;
}

/** `CustomHeaderConfig`: a header with the address and nothing else. */
export class HeaderDetection implements IpDetection {
  private readonly name: HeaderName;
  private readonly trusted: boolean;
  private readonly refuseWith: number;

  /** `refuseWith`: status for requests without an address, 0 to ask the next one. */
  constructor(name: HeaderName, trusted: boolean, refuseWith: number) {
    this.name = name;
    this.trusted = trusted;
    this.refuseWith = refuseWith;
  }

  detect(headers: Headers, _peer: Address, detected: Detected): void {
    const value = headers.get(this.name);
    if (value === undefined || isIP(value) === 0) {
      detected.refused = this.refuseWith;
      return;
    }
    detected.address = ipAddress(value, 0);
    detected.trusted = this.trusted;
  }
}

/** `XffConfig` with a number of proxies that are trusted. */
export class ForwardedDetection implements IpDetection {
  private readonly hops: number;
  private readonly append: boolean;

  constructor(hops: number, append: boolean) {
    this.hops = hops;
    this.append = append;
  }

  detect(headers: Headers, _peer: Address, detected: Detected): void {
    if (this.append) detected.append = true;
    const list = headers.joined(X_FORWARDED_FOR);
    const found = list === undefined ? null : lastForwarded(list, this.hops);
    if (found === null) return;
    detected.address = ipAddress(found.ip, 0);
    detected.trusted = found.single;
  }
}

/** `XffConfig` with proxies that are trusted by address: the client is the last one that is none of them. */
export class TrustedProxies implements IpDetection {
  private readonly proxies: InternalAddresses;
  private readonly append: boolean;

  constructor(proxies: InternalAddresses, append: boolean) {
    this.proxies = proxies;
    this.append = append;
  }

  detect(headers: Headers, peer: Address, detected: Detected): void {
    // A stranger may write what it likes, but not without standing in the list itself.
    if (peer.kind !== 'ip' || !this.proxies.has(peer.ip)) {
      detected.append = true;
      return;
    }
    if (this.append) detected.append = true;
    const list = headers.joined(X_FORWARDED_FOR);
    if (list === undefined) return;
    let skip = 0;
    for (;;) {
      const found = lastForwarded(list, skip);
      if (found === null) return;
      if (found.first || !this.proxies.has(found.ip)) {
        detected.address = ipAddress(found.ip, 0);
        detected.trusted = found.single;
        return;
      }
      skip++;
    }
  }
}
