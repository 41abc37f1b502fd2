import { createServer } from 'vite';
import { settings } from './settings.ts';

/** The dashboard with its modules replaced while one edits them, in front of a gateway that runs: `npm run dev -w @telltale/dashboard [url]`. */
const target = process.argv[2] ?? 'http://127.0.0.1:4400';
const server = await createServer({
  ...settings,
  logLevel: 'info',
  server: {
    // The gateway answers its own page only: what comes through here says it is that.
    proxy: Object.fromEntries(
      ['/api', '/page/session', '/page/status.json', '/socket.io'].map((path) => [
        path,
        { target, changeOrigin: true, ws: true, headers: { origin: target } },
      ]),
    ),
  },
});
await server.listen();
server.printUrls();
