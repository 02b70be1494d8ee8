import { expect, test } from '@playwright/test';
import { columns } from '../../../main/cli/columns.ts';

test('every column is as wide as its widest cell, and no line ends in spaces', () => {
  const lines = [
    'NAME    PLACE', //
    'local   /mnt/usb',
    'r2-new  somewhere',
  ];
  expect(
    columns(
      ['NAME', 'PLACE'],
      [
        ['local', '/mnt/usb'],
        ['r2-new', 'somewhere'],
      ],
    ),
  ).toBe(lines.join('\n'));
});

test('numbers and sizes stand to the right', () => {
  expect(
    columns(
      ['ROWS', 'SIZE', 'TABLE'],
      [
        ['7', '1.5 GB', 'sales'],
        ['12,345', '999 B', 'tenants'],
      ],
    ),
  ).toBe(['  ROWS    SIZE  TABLE', '     7  1.5 GB  sales', '12,345   999 B  tenants'].join('\n'));
});

test('a column with one word among its numbers stands to the left', () => {
  expect(columns(['N'], [['1'], ['none']])).toBe('N\n1\nnone');
});

test('without rows there is only the header', () => {
  expect(columns(['NAME', 'PLACE'], [])).toBe('NAME  PLACE');
});

test('a cell that is missing is empty', () => {
  expect(columns(['A', 'B', 'C'], [['1', '2', '3'], ['10']])).toBe(' A  B  C\n 1  2  3\n10');
});
