import { createTheme, Input, Modal, Notification, type CSSVariablesResolver } from '@mantine/core';

/** Calm and dense: the system's own fonts, small steps, one accent. */
export const theme = createTheme({
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif',
  fontFamilyMonospace: 'ui-monospace, "Cascadia Mono", Menlo, Consolas, monospace',
  fontSizes: { xs: '12px', sm: '13px', md: '14px', lg: '16px', xl: '20px' },
  headings: {
    fontWeight: '600',
    sizes: { h1: { fontSize: '20px' }, h2: { fontSize: '16px' }, h3: { fontSize: '14px' } },
  },
  spacing: { xs: '6px', sm: '10px', md: '14px', lg: '20px', xl: '28px' },
  primaryColor: 'blue',
  // In both themes: on a paler shade neither white nor black text has the contrast that a person needs.
  primaryShade: 8,
  autoContrast: true,
  luminanceThreshold: 0.19,
  defaultRadius: 'sm',
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    // What stands beside a field is to be read as well as the field: the library would have it two pixels smaller.
    InputWrapper: Input.Wrapper.extend({
      vars: () => ({
        label: {},
        description: { '--input-description-size': 'var(--mantine-font-size-xs)' },
        error: { '--input-error-size': 'var(--mantine-font-size-xs)' },
        success: {},
      }),
    }),
    // The head of a dialog is not the head of the page, and there may be two: a PIN is asked for over another dialog.
    Modal: Modal.extend({
      defaultProps: { attributes: { header: { role: 'presentation' } } },
      styles: {
        title: { fontSize: 'var(--mantine-font-size-lg)', fontWeight: 600, lineHeight: 1.3, overflowWrap: 'anywhere' },
      },
    }),
    Notification: Notification.extend({ defaultProps: { closeButtonProps: { 'aria-label': 'Dismiss' } } }),
  },
});

/** Text that is meant to be read has a contrast of at least 4.5 to 1, also where the library would have it paler. */
export const readableColours: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': '#50575e',
    '--mantine-color-placeholder': '#5c636a',
    '--mantine-color-error': '#b42318',
    '--mantine-color-red-light-color': '#a61b1b',
    '--mantine-color-red-text': '#b42318',
    '--mantine-color-yellow-light-color': '#704700',
    '--mantine-color-orange-light-color': '#8a3d00',
    '--mantine-color-green-light-color': '#1b6430',
    '--mantine-color-gray-light-color': '#3b4248',
    '--mantine-color-blue-light-color': '#134f8a',
  },
  dark: {
    '--mantine-color-dimmed': '#b0b0b0',
    '--mantine-color-placeholder': '#a6a6a6',
    '--mantine-color-error': '#ff9b9b',
    '--mantine-color-red-light-color': '#ffb3b3',
    '--mantine-color-red-text': '#ff9b9b',
    '--mantine-color-blue-light-color': '#a5d3ff',
  },
});
