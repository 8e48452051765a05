/** What an overloaded proxy does less of: shares of 0 to 1, written by the runtime, read by listeners and connection managers. */
export interface OverloadShares {
  /** Connections that are closed as soon as they come. */
  readonly rejectConnections: number;
  /** Requests that are answered with 503. */
  readonly stopRequests: number;
  /** Responses that end their connection. */
  readonly disableKeepalive: number;
}

export const CALM: OverloadShares = Object.freeze({ rejectConnections: 0, stopRequests: 0, disableKeepalive: 0 });

/** Of one worker. */
export class OverloadState implements OverloadShares {
  rejectConnections = 0;
  stopRequests = 0;
  disableKeepalive = 0;

  set(shares: OverloadShares): void {
    this.rejectConnections = shares.rejectConnections;
    this.stopRequests = shares.stopRequests;
    this.disableKeepalive = shares.disableKeepalive;
  }
}

/** Whether chance takes this one of a share. */
export function strikes(share: number): boolean {
  return share > 0 && (share >= 1 || Math.random() < share);
}
