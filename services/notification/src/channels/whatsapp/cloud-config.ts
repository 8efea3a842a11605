import { z } from 'zod';
import { graphBaseUrl, graphSettings, metaId, type GraphSettings } from '../../providers/meta/graph-settings.ts';

/** Names of templates at Meta: small letters, digits, underscores. */
const templateName = z.string().regex(/^[a-z0-9_]{1,512}$/, 'must be the name of a template: small letters, digits, underscores');

/** WhatsApp straight from Meta's Cloud API. */
export const cloudConfig = z.strictObject({
  via: z.literal('cloud').describe('Cloud API of Meta'),
  phoneNumberId: metaId.describe('Phone number ID (WhatsApp, API setup); not the number itself'),
  ...graphSettings,
  baseUrl: graphBaseUrl('https://graph.facebook.com'),
  requestTemplate: templateName
    .default('holdpoint_request')
    .describe('Approved template with quick replies, for requests outside the 24 hours after somebody wrote'),
  requestButtons: z
    .array(z.enum(['approve', 'reject', 'claim']))
    .min(1)
    .max(3)
    .default(['approve', 'reject'])
    .describe('What its quick replies do, in their order'),
  noticeTemplate: templateName.default('holdpoint_notice').describe('Approved template without buttons, for everything else'),
  codeTemplate: templateName
    .default('holdpoint_code')
    .describe('Approved authentication template with a copy button, for the code that proves a number'),
  templateLanguages: z
    .array(z.string().regex(/^[a-z]{2,3}(_[A-Z]{2})?$/, 'must be a language such as en or pt_BR'))
    .min(1)
    .max(50)
    .default(['en'])
    .describe('Languages the templates are approved in; the first stands in for all others'),
  firstForm: z
    .enum(['interactive', 'template'])
    .default('template')
    .describe(
      'What is tried where nobody knows whether the person wrote within 24 hours: "template" always arrives and may cost; "interactive" is free and may be refused too late to fall back',
    ),
});

export type CloudConfig = GraphSettings & {
  via: 'cloud';
  phoneNumberId: string;
  requestTemplate: string;
  requestButtons: ('approve' | 'reject' | 'claim')[];
  noticeTemplate: string;
  codeTemplate: string;
  templateLanguages: string[];
  firstForm: 'interactive' | 'template';
};
