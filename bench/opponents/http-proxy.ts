import { packageVersion } from '../core/find.ts';
import { nodeApp } from './node-app.ts';

export default nodeApp(
  'http-proxy',
  'http-proxy.ts',
  () => packageVersion('http-proxy'),
  'the package http-proxy is not installed: run npm ci',
);
