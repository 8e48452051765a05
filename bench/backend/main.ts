/** The service behind the proxies: `main.ts h1|h2|grpc <bytes of each reply> <port>`. */
import { serveHttp1 } from './http1.ts';
import { serveHttp2 } from './http2.ts';

const [protocol = 'h1', bytes = '1024', port = '0'] = process.argv.slice(2);
if (protocol === 'h1') await serveHttp1(Number(bytes), Number(port));
else await serveHttp2(Number(bytes), protocol === 'grpc', Number(port));
