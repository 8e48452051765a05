/** The shortest reverse proxy that uses Node's own HTTP server and undici's lowest interface towards the service. */
import http from 'node:http';
import { type Dispatcher, Pool } from 'undici';
import { readSettings } from './settings.ts';

const { listen, backend } = readSettings();
const pool = new Pool(`http://${backend.host}:${backend.port}`, { connections: 256, pipelining: 1 });

function relay(response: http.ServerResponse): Dispatcher.DispatchHandler {
  return {
    onRequestStart() {},
    onRequestUpgrade() {},
    onResponseStart(controller, status, headers) {
      response.writeHead(status, headers);
      response.on('drain', () => controller.resume());
    },
    onResponseData(controller, chunk) {
      if (!response.write(chunk)) controller.pause();
    },
    onResponseEnd() {
      response.end();
    },
    onResponseError() {
      response.destroy();
    },
  };
}

http
  .createServer((request, response) => {
    pool.dispatch(
      {
        path: request.url ?? '/',
        method: request.method as Dispatcher.HttpMethod,
        headers: request.headers,
        body: request.method === 'GET' ? null : request,
      },
      relay(response),
    );
  })
  .listen({ port: listen, host: '127.0.0.1', backlog: 2048 });
