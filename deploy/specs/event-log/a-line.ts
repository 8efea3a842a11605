import { connect, createServer, type Socket } from 'node:net';

/** A line between log and store that can fail the way networks do. */
export type Line = {
  port: number;
  /** From now on nothing the store says arrives; it is kept. */
  mute(): void;
  /** What was kept arrives, and everything after it. */
  unmute(): void;
  /** Breaks all connections; what was kept is lost. */
  cut(): void;
  /** Bytes that came from the store while muted. */
  keptBytes(): number;
  close(): Promise<void>;
};

export const aLineTo = async (storePort: number): Promise<Line> => {
  const sockets = new Set<Socket>();
  let kept: { to: Socket; chunk: Buffer }[] = [];
  let muted = false;
  const server = createServer(client => {
    const store = connect(storePort, '127.0.0.1');
    for (const socket of [client, store]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        client.destroy();
        store.destroy();
      });
    }
    client.pipe(store);
    store.on('data', (chunk: Buffer) => void (muted ? kept.push({ to: client, chunk }) : client.write(chunk)));
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as { port: number }).port,
    mute: () => void (muted = true),
    unmute: () => {
      muted = false;
      for (const { to, chunk } of kept) if (!to.destroyed) to.write(chunk);
      kept = [];
    },
    cut: () => {
      muted = false;
      kept = [];
      for (const socket of sockets) socket.destroy();
    },
    keptBytes: () => kept.reduce((sum, { chunk }) => sum + chunk.length, 0),
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
};
