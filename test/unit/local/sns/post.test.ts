import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { sendPost } from '../../../../local/sns/post.ts';

/** A receiver that does what it likes with the connection. */
async function aReceiver(answer: (socket: Socket) => void) {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('data', () => {
      answer(socket);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${String(port)}/`, headers: {}, body: '{}' };
}

const every = (socket: Socket, ms: number, write: () => void): void => {
  const timer = setInterval(write, ms);
  socket.on('close', () => {
    clearInterval(timer);
  });
};

test.each([
  { what: 'never answers', answer: () => undefined },
  {
    what: 'answers a letter at a time',
    answer: (socket: Socket) => {
      socket.write('HTTP/1.1 200 OK\r\nX-Slow: ');
      every(socket, 20, () => socket.write('a'));
    },
  },
])('a receiver that $what is given up after the time that it has', async ({ answer }) => {
  await expect(sendPost(await aReceiver(answer), 100)).rejects.toThrow('due to timeout');
});

test('an answer without an end counts by its status, and is read no further', async () => {
  let closed: Promise<unknown> | undefined;
  const post = await aReceiver((socket) => {
    closed = once(socket, 'close');
    socket.write('HTTP/1.1 200 OK\r\n\r\n');
    every(socket, 1, () => socket.write('x'.repeat(10_000)));
  });
  await sendPost(post);
  await closed;
});

test('an answer that is no HTTP is a failure', async () => {
  const post = await aReceiver((socket) => socket.end('\u0000 whatever\r\n\r\n'));
  await expect(sendPost(post)).rejects.toThrow();
});
