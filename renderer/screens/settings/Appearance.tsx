import { Radio, Stack, Text } from '@mantine/core';
import {
  colourSchemes,
  densities,
  setDensity,
  setScheme,
  useAppearance,
  type ColourScheme,
  type Density,
} from '../../stores/appearance.ts';

const schemeWords: Record<ColourScheme, string> = { auto: 'As the system has it', light: 'Light', dark: 'Dark' };
const densityWords: Record<Density, string> = { dense: 'Dense: more rows', comfortable: 'Comfortable: more air' };

/** How this window looks. */
export function Appearance() {
  const { scheme, density } = useAppearance();
  return (
    <Stack gap="lg">
      <Radio.Group label="Colours" value={scheme} onChange={(value) => setScheme(value as ColourScheme)}>
        <Stack gap={6} mt={6}>
          {colourSchemes.map((value) => (
            <Radio key={value} value={value} label={schemeWords[value]} />
          ))}
        </Stack>
      </Radio.Group>
      <Radio.Group label="Rows" value={density} onChange={(value) => setDensity(value as Density)}>
        <Stack gap={6} mt={6}>
          {densities.map((value) => (
            <Radio key={value} value={value} label={densityWords[value]} />
          ))}
        </Stack>
      </Radio.Group>
      <Text size="sm" c="dimmed">
        For this window only, and at once.
      </Text>
    </Stack>
  );
}
