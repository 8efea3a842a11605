import { ProblemError } from '@holdpoint/service-kit';
import { Controller, Get, Head, Inject, Param, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ActionPages, Browser } from './action-page.ts';
import type { ConfirmPages } from './confirm-page.ts';
import { isFromOurPage, readForm, sendPage, type PageForm } from './page-answer.ts';

export const PAGES = Symbol('pages that links in messages lead to');
export type Pages = { actions: ActionPages; confirm: ConfirmPages; publicUrl: () => string };

const browserOf = ({ headers }: FastifyRequest): Browser => ({ cookie: headers.cookie, languages: headers['accept-language'] });

/** `/a/{handle}` and `/confirm/{token}`: where links in messages lead. Opening one changes nothing; its form does. */
@Controller()
export class PagesController {
  constructor(@Inject(PAGES) private readonly pages: Pages) {}

  @Get('a/:handle')
  async action(@Param('handle') handle: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    sendPage(reply, await this.pages.actions.show(handle, browserOf(request)));
  }

  @Head('a/:handle')
  actionHead(@Param('handle') handle: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.action(handle, request, reply);
  }

  @Post('a/:handle')
  async act(@Param('handle') handle: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    sendPage(reply, await this.pages.actions.send(handle, browserOf(request), this.form(request)));
  }

  @Get('confirm/:token')
  confirm(@Param('token') token: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    sendPage(reply, this.pages.confirm.show(token, browserOf(request).languages));
  }

  @Head('confirm/:token')
  confirmHead(@Param('token') token: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    this.confirm(token, request, reply);
  }

  @Post('confirm/:token')
  async confirmed(@Param('token') token: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    sendPage(reply, await this.pages.confirm.send(token, browserOf(request).languages, this.form(request)));
  }

  /** @throws ProblemError 403 when another site sent it, 400 when it is no form of ours */
  private form(request: FastifyRequest): PageForm {
    if (!isFromOurPage(request.headers, this.pages.publicUrl()))
      throw new ProblemError('cross_site', 403, 'This was not sent from a page of ours. Open the link again and decide there.');
    const form = readForm(request);
    if (form === null) throw new ProblemError('bad_request', 400, 'Send the form of the page.');
    return form;
  }
}
