import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import './console.css';
import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './App.tsx';
import { onEvent } from './bridge.ts';
import { goTo } from './hashLocation.ts';
import { stayUnlocked } from './stayUnlocked.ts';
import { applyAppearance, colourSchemeManager } from './stores/appearance.ts';
import { mirrorConsole } from './stores/consoleStore.ts';
import { mirrorJobs } from './stores/jobStore.ts';
import { readableColours, theme } from './theme.ts';

applyAppearance();
mirrorConsole();
mirrorJobs();
stayUnlocked();
// A notification or the tray was clicked.
onEvent('open', ({ path }) => goTo(path));

const nonce = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? '';
// Where the style that stops the page from scrolling behind a dialog looks for it.
Object.assign(globalThis, { __webpack_nonce__: nonce });

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <MantineProvider
      theme={theme}
      cssVariablesResolver={readableColours}
      colorSchemeManager={colourSchemeManager}
      getStyleNonce={() => nonce}
    >
      <Notifications position="bottom-right" limit={3} />
      <App />
    </MantineProvider>
  </StrictMode>,
);
