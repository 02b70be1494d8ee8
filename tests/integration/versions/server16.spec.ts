import { comesBackWhole, newerThanServer, tellsPolicies } from './roundTrip.ts';

comesBackWhole(16, { dumpedBy: 17, notes: [newerThanServer] });
tellsPolicies(16);
