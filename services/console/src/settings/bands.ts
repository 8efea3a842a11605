import { streamOf, type AmountBand } from '@holdpoint/contracts';
import { emptyDirectory, evolveDirectory } from '@holdpoint/directory';
import { ProblemError } from '@holdpoint/service-kit';
import { changeSettings, type Changer, type SettingsDeps } from './change-settings.ts';

/** Gives a band that went back to people to the rules again. @throws ProblemError 404 when it did not go back */
export const releaseReturnedBand =
  (deps: SettingsDeps) =>
  async (by: Changer, { agentId, tool, band }: { agentId: string; tool: string; band: AmountBand }) => {
    await changeSettings(deps, by, streamOf.gatePolicy(by.tenant), (events, at) => {
      const returned = [...evolveDirectory(emptyDirectory, ...events).returnedBands.values()].some(
        other => other.agentId === agentId && other.tool === tool && other.band.from === band.from && other.band.to === band.to,
      );
      if (!returned) throw new ProblemError('not_found', 404, 'This band did not go back to people.');
      return [{ type: 'BandReleased', data: { agentId, tool, band, by: by.operatorId, at } }];
    });
  };
