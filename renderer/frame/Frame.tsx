import { Suspense, useEffect, useRef, useState, type ReactNode } from 'react';
import { UnstyledButton } from '@mantine/core';
import { IconSearch, IconShieldLock } from '@tabler/icons-react';
import { Link, useLocation } from 'wouter';
import { lazyPart } from '../lazyPart.ts';
import { useBackUpNow } from '../stores/backUpNow.ts';
import { ActivityStrip } from './ActivityStrip.tsx';
import look from './Frame.module.css';
import { LockState } from './LockState.tsx';
import { Notices } from './Notices.tsx';
import { OpenAlertCount } from './OpenAlertCount.tsx';
import { places } from './places.ts';
import { ScreenGuard } from './ScreenGuard.tsx';

const Palette = lazyPart(async () => (await import('./Palette.tsx')).Palette);
const BackUpNow = lazyPart(async () => (await import('../screens/backups/BackUpNow.tsx')).BackUpNow);

const apple = /Mac|iPhone|iPad/.test(navigator.userAgent);

/** What stands around every screen: where to go, who one is, what is wrong with the connection, and what runs. */
export function Frame({ children }: { children: ReactNode }) {
  const [location] = useLocation();
  const main = useRef<HTMLElement>(null);
  useFocusOnArrival(location, main);
  const [paletteCalls, callPalette] = usePaletteKey();
  const dialogWanted = useBackUpNow(({ source }) => source !== null);

  return (
    <div className={look.frame}>
      <a
        className={look.skip}
        href="#content"
        onClick={(event) => {
          event.preventDefault();
          main.current?.focus();
        }}
      >
        Skip to the content
      </a>
      <nav className={look.side} aria-label="Console">
        <div className={look.brand}>
          <IconShieldLock size={20} aria-hidden />
          <span>Strongroom</span>
        </div>
        <ul className={look.places}>
          {places.map(({ path, name, icon: Icon }) => (
            <li key={path}>
              <Link
                className={look.place}
                href={path}
                title={name}
                aria-current={isAt(path, location) ? 'page' : undefined}
              >
                <Icon size={18} aria-hidden />
                <span className={look.label}>{name}</span>
                {path === '/alerts' && <OpenAlertCount />}
              </Link>
            </li>
          ))}
        </ul>
        <div className={look.end}>
          <UnstyledButton className={look.place} onClick={callPalette} title="Find a screen or an action">
            <IconSearch size={18} aria-hidden />
            <span className={look.label}>Find…</span>
            <span className={look.key}>{apple ? '⌘ K' : 'Ctrl K'}</span>
          </UnstyledButton>
          <LockState />
        </div>
      </nav>
      <Notices />
      <main className={look.main} id="content" ref={main} tabIndex={-1}>
        <ScreenGuard place={location}>{children}</ScreenGuard>
      </main>
      <ActivityStrip />
      <Suspense fallback={null}>
        {paletteCalls > 0 && <Palette calls={paletteCalls} />}
        {dialogWanted && <BackUpNow />}
      </Suspense>
    </div>
  );
}

function isAt(path: string, location: string): boolean {
  return path === '/' ? location === '/' : location === path || location.startsWith(`${path}/`);
}

/** Whoever follows a link goes on reading in the new screen, and not behind the link. */
function useFocusOnArrival(location: string, main: { current: HTMLElement | null }): void {
  const before = useRef(location);
  useEffect(() => {
    if (before.current === location) return;
    before.current = location;
    main.current?.focus({ preventScroll: true });
    main.current?.scrollTo(0, 0);
  }, [location, main]);
}

/** The palette is loaded when it is first called for, by Ctrl-K or ⌘K. */
function usePaletteKey(): [calls: number, call: () => void] {
  const [calls, setCalls] = useState(0);
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey)
        return;
      event.preventDefault();
      setCalls((before) => before + 1);
    };
    window.addEventListener('keydown', pressed);
    return () => window.removeEventListener('keydown', pressed);
  }, []);
  return [calls, () => setCalls((before) => before + 1)];
}
