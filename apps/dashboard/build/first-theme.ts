import type { Plugin } from 'vite';

/**
 * The chosen theme before anything is drawn: a page that is opened dark must not begin light. A small script of its own
 * that is waited for, as the style sheet is; inline it would be against the gateway's policy.
 */
const script = `try{var t=localStorage.getItem('telltale.theme');if(t==='light'||t==='dark')document.documentElement.dataset.theme=t}catch{}\n`;

export function firstTheme(): Plugin {
  let reference = '';
  return {
    name: 'first-theme',
    apply: 'build',
    buildStart() {
      reference = this.emitFile({ type: 'asset', name: 'theme.js', source: script });
    },
    transformIndexHtml: {
      order: 'post',
      handler: (_html, { bundle }) => {
        if (bundle === undefined) return [];
        const file = Object.values(bundle).find((one) => one.type === 'asset' && one.names.includes('theme.js'));
        if (file === undefined) throw new Error(`the theme's script ${reference} was not written`);
        return [{ tag: 'script', attrs: { src: `/page/${file.fileName}` }, injectTo: 'head-prepend' }];
      },
    },
  };
}
