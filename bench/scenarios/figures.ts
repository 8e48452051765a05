/** What the scenarios compare, and the load that several of them share. */
import type { Limit, LoadPlan, Sample } from '../model.ts';

export const cpuPerRequest = (sample: Sample): number | null => sample.cpuPerRequest;
export const mibPerCpuSecond = (sample: Sample): number | null => sample.mibPerCpuSecond;
export const rssMb = (sample: Sample): number | null => sample.rssMb;
export const startMs = (sample: Sample): number | null => sample.startMs;
export const p99 = (sample: Sample): number | null => sample.p99;

export const MIB = 1024 * 1024;

export function hold(limit: number, against: string | null): Limit {
  return { label: 'hold', against, limit };
}

export function stretch(limit: number, against: string | null): Limit {
  return { label: 'stretch', against, limit };
}

/** GETs with fifteen headers as a mesh sends them, over cleartext HTTP/2. */
export const MESH_STREAMS: LoadPlan = {
  protocol: 'h2',
  method: 'GET',
  path: '/reviews',
  connections: 10,
  streams: 10,
  bodyBytes: 0,
  replyBytes: 1024,
  meshHeaders: true,
};

/** Keep-alive GETs with 1 KiB replies over 50 connections. */
export const SMALL_GETS: LoadPlan = {
  protocol: 'h1',
  method: 'GET',
  path: '/index.html',
  connections: 50,
  streams: 1,
  bodyBytes: 0,
  replyBytes: 1024,
};
