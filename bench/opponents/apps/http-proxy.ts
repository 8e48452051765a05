/** The well-known package as its README shows it, with a keep-alive agent. */
import http from 'node:http';
import { createRequire } from 'node:module';
import { readSettings } from './settings.ts';

type ProxyServer = {
  web(request: http.IncomingMessage, response: http.ServerResponse): void;
  on(event: 'error', listener: (error: Error, request: http.IncomingMessage, response: http.ServerResponse) => void): void;
};
type HttpProxy = { createProxyServer(options: { target: string; agent: http.Agent }): ProxyServer };

const { createProxyServer } = createRequire(import.meta.url)('http-proxy') as HttpProxy;
const { listen, backend } = readSettings();
const agent = new http.Agent({ keepAlive: true, maxSockets: 256 });
const proxy = createProxyServer({ target: `http://${backend.host}:${backend.port}`, agent });
proxy.on('error', (_error, _request, response) => response.destroy());
http.createServer((request, response) => proxy.web(request, response)).listen({ port: listen, host: '127.0.0.1', backlog: 2048 });
