import { comesBackWhole, newerThanServer } from './roundTrip.ts';

comesBackWhole(16, { dumpedBy: 17, notes: [newerThanServer] });
