const at = (id) => document.getElementById(id);

const tones = {
  healthy: 'good',
  connected: 'good',
  degraded: 'warn',
  not_configured: 'quiet',
  unhealthy: 'bad',
  disconnected: 'bad',
};

/** Text only: names and commands come from agents and are never read as markup. */
function element(name, text, className = '') {
  const node = document.createElement(name);
  node.textContent = text;
  node.className = className;
  return node;
}

function row(cells) {
  const line = document.createElement('tr');
  line.append(...cells);
  return line;
}

function since(started) {
  const seconds = Math.max(0, Math.round((Date.now() - Date.parse(started)) / 1000));
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  return `${Math.round(seconds / 3600)} h`;
}

/** Longer than the longest sample interval: a run that says nothing for so long may be gone. */
const silentAfterMs = 90_000;

function ageOf(run) {
  const silent = Date.now() - Date.parse(run.last_at) > silentAfterMs;
  return silent ? element('td', `silent for ${since(run.last_at)}`, 'warn') : element('td', since(run.started_at));
}

function showHealth(health) {
  const overall = at('overall');
  overall.textContent = health.overall_status;
  overall.className = `badge ${tones[health.overall_status] ?? ''}`;
  at('services').replaceChildren(
    ...health.service_statuses.map((service) => {
      const line = document.createElement('li');
      line.append(
        element('span', service.name),
        element('span', service.status.replaceAll('_', ' '), tones[service.status] ?? ''),
        element('span', service.details, 'quiet'),
      );
      return line;
    }),
  );
}

function showRunning(running) {
  at('running-section').hidden = running === null;
  if (running === null) return;
  at('running-none').hidden = running.length > 0;
  at('running').replaceChildren(
    ...running.map((run) =>
      row([
        element('td', run.agent_id),
        element('td', run.team_id),
        element('td', run.command ?? '–', 'mono'),
        ageOf(run),
      ]),
    ),
  );
}

async function refresh() {
  try {
    const answer = await fetch('/page/status.json', { cache: 'no-store' });
    if (!answer.ok) throw new Error(`answered ${answer.status}`);
    const status = await answer.json();
    at('version').textContent = `version ${status.version}`;
    at('command').textContent = status.command;
    showHealth(status.health);
    showRunning(status.running);
  } catch {
    at('overall').textContent = 'not reachable';
    at('overall').className = 'badge bad';
  }
}

async function copyCommand() {
  const button = at('copy');
  try {
    await navigator.clipboard.writeText(at('command').textContent);
    button.textContent = 'Copied';
  } catch {
    getSelection().selectAllChildren(at('command'));
    button.textContent = 'Selected';
  }
}

at('copy').addEventListener('click', () => void copyCommand());

await refresh();
setInterval(() => {
  if (!document.hidden) void refresh();
}, 3000);
