import type { Opponent } from '../model.ts';
import envoy from './envoy.ts';
import haproxy from './haproxy.ts';
import httpProxy from './http-proxy.ts';
import nginx from './nginx.ts';
import outrigger from './outrigger.ts';
import undici from './undici.ts';

/** In the order in which they take their turns. */
export const OPPONENTS: readonly Opponent[] = [outrigger, envoy, haproxy, nginx, undici, httpProxy];
