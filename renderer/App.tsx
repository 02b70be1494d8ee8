import { Suspense } from 'react';
import { Route, Router, Switch } from 'wouter';
import { FailureNotice } from './components/FailureNotice.tsx';
import { Loading } from './components/Loading.tsx';
import { Frame } from './frame/Frame.tsx';
import { PinPrompt } from './frame/PinPrompt.tsx';
import { ScreenGuard } from './frame/ScreenGuard.tsx';
import { useHashPath } from './hashLocation.ts';
import { lazyPart } from './lazyPart.ts';
import { useConsole } from './stores/consoleStore.ts';

const Overview = lazyPart(async () => (await import('./screens/overview/Overview.tsx')).Overview);
const Backups = lazyPart(async () => (await import('./screens/backups/Backups.tsx')).Backups);
const BackupDetail = lazyPart(async () => (await import('./screens/backups/BackupDetail.tsx')).BackupDetail);
const RestoreHistory = lazyPart(async () => (await import('./screens/restore/RestoreHistory.tsx')).RestoreHistory);
const RestoreWizard = lazyPart(async () => (await import('./screens/restore/RestoreWizard.tsx')).RestoreWizard);
const RestoreDetail = lazyPart(async () => (await import('./screens/restore/RestoreDetail.tsx')).RestoreDetail);
const Drills = lazyPart(async () => (await import('./screens/drills/Drills.tsx')).Drills);
const DrillDetail = lazyPart(async () => (await import('./screens/drills/DrillDetail.tsx')).DrillDetail);
const Jobs = lazyPart(async () => (await import('./screens/jobs/Jobs.tsx')).Jobs);
const Schedule = lazyPart(async () => (await import('./screens/schedule/Schedule.tsx')).Schedule);
const Stores = lazyPart(async () => (await import('./screens/stores/Stores.tsx')).Stores);
const Tenants = lazyPart(async () => (await import('./screens/tenants/Tenants.tsx')).Tenants);
const Alerts = lazyPart(async () => (await import('./screens/alerts/Alerts.tsx')).Alerts);
const AlertDetail = lazyPart(async () => (await import('./screens/alerts/AlertDetail.tsx')).AlertDetail);
const Settings = lazyPart(async () => (await import('./screens/settings/Settings.tsx')).Settings);
const FirstRun = lazyPart(async () => (await import('./screens/setUp/FirstRun.tsx')).FirstRun);
const SetUp = lazyPart(async () => (await import('./screens/setUp/SetUp.tsx')).SetUp);

/** The whole page; what none of its parts could catch is told in its place. */
export function App() {
  return (
    <ScreenGuard place="">
      <Console />
    </ScreenGuard>
  );
}

function Console() {
  const { state, failure } = useConsole();
  if (!state) return failure ? <FailureNotice failure={failure} /> : <Loading what="the console" />;
  return (
    <Router hook={useHashPath}>
      <PinPrompt />
      <Suspense fallback={<Loading what="this page" />}>
        {state.phase === 'fresh' ? (
          <FirstRun />
        ) : (
          <Switch>
            <Route path="/set-up/:step?" component={SetUp} />
            <Route>
              <Frame>
                <Suspense fallback={<Loading what="this page" />}>
                  <Switch>
                    <Route path="/" component={Overview} />
                    <Route path="/backups" component={Backups} />
                    <Route path="/backups/:id" component={BackupDetail} />
                    <Route path="/restore" component={RestoreHistory} />
                    <Route path="/restore/new/:backupId?" component={RestoreWizard} />
                    <Route path="/restore/drills" component={Drills} />
                    <Route path="/restore/drills/:id" component={DrillDetail} />
                    <Route path="/restore/:id" component={RestoreDetail} />
                    <Route path="/tenants" component={Tenants} />
                    <Route path="/jobs" component={Jobs} />
                    <Route path="/schedule" component={Schedule} />
                    <Route path="/alerts" component={Alerts} />
                    <Route path="/alerts/:id" component={AlertDetail} />
                    <Route path="/stores" component={Stores} />
                    <Route path="/settings/:section?" component={Settings} />
                    <Route>
                      <FailureNotice
                        failure={{
                          code: 'REQUEST_UNKNOWN',
                          message: 'there is no such page',
                          hint: 'Choose one on the left.',
                          details: {},
                        }}
                      />
                    </Route>
                  </Switch>
                </Suspense>
              </Frame>
            </Route>
          </Switch>
        )}
      </Suspense>
    </Router>
  );
}
