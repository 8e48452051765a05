/** Says something to a WebSocket server and prints what comes back: `node client.mjs ws://127.0.0.1:10000/echo hello`. Node 22 or newer. */
const [url, ...words] = process.argv.slice(2);
const socket = new WebSocket(url);
socket.addEventListener('open', () => {
  for (const word of words) socket.send(word);
});
let left = words.length;
socket.addEventListener('message', ({ data }) => {
  console.log(data);
  left -= 1;
  if (left === 0) socket.close();
});
socket.addEventListener('error', () => {
  console.log(`${url}: no WebSocket`);
  process.exitCode = 1;
});
