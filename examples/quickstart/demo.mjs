/**
 * The service behind the sidecar, in two versions: v1 on two ports, v2 on one. Plain JavaScript, any Node runs it.
 *
 *     node demo.mjs                        # serve until Ctrl-C
 *     node demo.mjs outrigger -c file …    # serve as long as that command runs, and end with its exit code
 */
import { spawn } from 'node:child_process';
import { createServer } from 'node:http';

const instances = [
  { version: 'v1', port: 9001 },
  { version: 'v1', port: 9002 },
  { version: 'v2', port: 9003 },
];

for (const { version, port } of instances) {
  const server = createServer((request, response) => {
    request.resume();
    const through = request.headers['x-demo-through'];
    response.setHeader('content-type', 'text/plain');
    response.setHeader('x-demo-version', version);
    response.end(
      `Hello from demo ${version} (port ${port}): ${request.method} ${request.url}\n` +
        (through !== undefined
          ? `You came through: you -> ${arrows(through)} -> me\n`
          : request.headers['x-request-id'] === undefined
            ? 'You asked me directly, not through the sidecar.\n'
            : 'You came through the sidecar.\n'),
    );
  });
  server.on('error', (error) => {
    console.error(`demo: ${version} cannot listen on 127.0.0.1:${port} (${error.code}); end what listens there, e.g. another demo`);
    process.exit(1);
  });
  server.listen(port, '127.0.0.1');
}

/** `x-demo-through: outbound,inbound`, as every listener added its name. */
function arrows(through) {
  return String(through)
    .split(/,\s*/)
    .map((name) => `${name} listener`)
    .join(' -> ');
}

const [command, ...args] = process.argv.slice(2);
if (command === undefined) {
  console.log('demo: v1 on http://127.0.0.1:9001 and :9002, v2 on :9003; Ctrl-C ends it');
} else {
  const child = spawn(command, args, { stdio: 'inherit' });
  child.on('error', (error) => {
    console.error(`demo: cannot start ${command}: ${error.message}`);
    process.exit(1);
  });
  // A terminal sends Ctrl-C to both; the command still needs the service while it drains.
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)));
}
