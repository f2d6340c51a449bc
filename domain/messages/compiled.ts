/** Made from mjml/layout.mjml by `npm run messages:compile`: change that, not this. */
import { escapeHtml } from './escape.ts';

export const eyebrow = (of: { tone: string; color: string; text: string }) =>
  `<tr><td align="left" class="inset" style="font-size:0px;padding:0 32px 6px;word-break:break-word;"><div style="font-size:13px;font-weight:600;line-height:1.4;text-align:left;color:#1a1d21;"><span class="${escapeHtml(of.tone)}" style="color:${escapeHtml(of.color)}">${escapeHtml(of.text)}</span></div></td></tr>`;

export const heading = (of: { text: string }) =>
  `<tr><td align="left" class="ink inset" style="font-size:0px;padding:0 32px 14px;word-break:break-word;"><div style="font-size:16px;line-height:1.5;text-align:left;color:#1a1d21;"><h1 style="margin:0;font-size:26px;line-height:1.25;font-weight:700;letter-spacing:-0.01em">${escapeHtml(of.text)}</h1></div></td></tr>`;

export const paragraph = (of: { text: string }) =>
  `<tr><td align="left" class="ink inset" style="font-size:0px;padding:0 32px 16px;word-break:break-word;"><div style="font-size:16px;line-height:1.5;text-align:left;color:#1a1d21;">${escapeHtml(of.text)}</div></td></tr>`;

export const title = (of: { text: string }) =>
  `<tr><td align="left" class="ink inset" style="font-size:0px;padding:8px 32px 6px;word-break:break-word;"><div style="font-size:16px;line-height:1.5;text-align:left;color:#1a1d21;"><h2 style="margin:0;font-size:16px;line-height:1.4;font-weight:700">${escapeHtml(of.text)}</h2></div></td></tr>`;

export const figure = (of: { label: string; value: string }) =>
  `<td style="padding:2px 16px 2px 0;vertical-align:top"><span class="faint" style="font-size:14px;color:#5f6673">${escapeHtml(of.label)}</span><br><span style="font-size:32px;line-height:1.25;font-weight:700;letter-spacing:-0.02em;white-space:nowrap">${escapeHtml(of.value)}</span></td>`;

export const figures = (of: { figures: string }) =>
  `<tr><td align="left" class="ink inset" style="font-size:0px;padding:0 32px 16px;word-break:break-word;"><table cellpadding="0" cellspacing="0" role="presentation" width="100%" border="0" style="color:#1a1d21;font-size:16px;line-height:1.5;table-layout:auto;width:100%;border:none;"><tr>${of.figures}</tr></table></td></tr>`;

export const note = (of: { label: string; text: string }) =>
  `<tr><td align="left" class="ink inset" style="font-size:0px;padding:0 32px 18px;word-break:break-word;"><table cellpadding="0" cellspacing="0" role="presentation" width="100%" border="0" style="color:#1a1d21;font-size:16px;line-height:1.5;table-layout:auto;width:100%;border:none;"><tr><td class="box" style="background:#f3f4f6;border-radius:10px;padding:12px 16px"><span class="faint" style="font-size:13px;color:#5f6673">${escapeHtml(of.label)}</span><br>${escapeHtml(of.text)}</td></tr></table></td></tr>`;

export const button = (of: { url: string; label: string }) =>
  `<tr><td align="left" class="button inset" style="font-size:0px;padding:6px 32px 24px;word-break:break-word;"><table border="0" cellpadding="0" cellspacing="0" role="presentation" style="border-collapse:separate;line-height:100%;"><tbody><tr><td align="center" bgcolor="#1a1d21" role="presentation" style="border:none;border-radius:9px;cursor:auto;mso-padding-alt:13px 24px;background:#1a1d21;" valign="middle"><a href="${escapeHtml(of.url)}" style="display:inline-block;background:#1a1d21;color:#ffffff;font-size:16px;font-weight:600;line-height:1.2;margin:0;text-decoration:none;text-transform:none;padding:13px 24px;mso-padding-alt:0px;border-radius:9px;" target="_blank"> ${escapeHtml(of.label)} </a></td></tr></tbody></table></td></tr>`;

export const links = (of: { links: string }) =>
  `<tr><td align="left" class="ink inset" style="font-size:0px;padding:2px 32px 18px;word-break:break-word;"><div style="font-size:16px;line-height:1.5;text-align:left;color:#1a1d21;">${of.links}</div></td></tr>`;

export const link = (of: { url: string; label: string }) =>
  `<a href="${escapeHtml(of.url)}" style="display:inline-block;padding:6px 18px 6px 0;color:#1a1d21">${escapeHtml(of.label)}</a>`;

export const thumbnail = (of: { alt: string; url: string }) =>
  `<tr><td align="left" class="ink inset" style="font-size:0px;padding:0 32px 14px;word-break:break-word;"><table border="0" cellpadding="0" cellspacing="0" role="presentation" style="border-collapse:collapse;border-spacing:0px;"><tbody><tr><td style="width:96px;"><img alt="${escapeHtml(of.alt)}" src="${escapeHtml(of.url)}" style="border:0;border-radius:8px;display:block;outline:none;text-decoration:none;height:auto;width:100%;font-size:14px;" width="96" height="auto"></td></tr></tbody></table></td></tr>`;

export const picture = (of: { alt: string; url: string }) =>
  `<tr><td align="center" class="ink inset" style="font-size:0px;padding:0 32px 18px;word-break:break-word;"><table border="0" cellpadding="0" cellspacing="0" role="presentation" style="border-collapse:collapse;border-spacing:0px;"><tbody><tr><td style="width:534px;"><img alt="${escapeHtml(of.alt)}" src="${escapeHtml(of.url)}" style="border:0;border-radius:8px;display:block;outline:none;text-decoration:none;height:auto;width:100%;font-size:14px;" width="534" height="auto"></td></tr></tbody></table></td></tr>`;

export const row = (of: { label: string; note: string; wrap: string; value: string }) =>
  `<tr><td class="line" style="padding:11px 0;border-top:1px solid #e3e6ea;vertical-align:top">${of.label}${of.note}</td><td align="right" class="line" style="padding:11px 0 11px 16px;border-top:1px solid #e3e6ea;vertical-align:top;text-align:right;white-space:${escapeHtml(of.wrap)};font-variant-numeric:tabular-nums">${of.value}</td></tr>`;

export const sum = (of: { label: string; value: string }) =>
  `<tr><td style="padding:2px 0;vertical-align:top">${escapeHtml(of.label)}</td><td align="right" style="padding:2px 0 2px 16px;vertical-align:top;text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums">${escapeHtml(of.value)}</td></tr>`;

export const sumSpace = () =>
  `<tr><td colspan="2" class="line" style="padding:6px 0 0;border-top:1px solid #e3e6ea;font-size:0;line-height:0">&#160;</td></tr>`;

export const total = (of: { label: string; value: string }) =>
  `<tr><td style="padding:8px 0 2px;vertical-align:top;font-size:18px;font-weight:700">${escapeHtml(of.label)}</td><td align="right" style="padding:8px 0 2px 16px;vertical-align:top;text-align:right;white-space:nowrap;font-size:18px;font-weight:700;font-variant-numeric:tabular-nums">${escapeHtml(of.value)}</td></tr>`;

export const rowLink = (of: { url: string; text: string }) =>
  `<a href="${escapeHtml(of.url)}" style="color:#1a1d21">${of.text}</a>`;

export const rowNote = (of: { text: string }) =>
  `<br><span class="faint" style="font-size:14px;color:#5f6673">${of.text}</span>`;

export const rows = (of: { rows: string }) =>
  `<tr><td align="left" class="ink inset" style="font-size:0px;padding:0 32px 20px;word-break:break-word;"><table cellpadding="0" cellspacing="0" width="100%" border="0" style="color:#1a1d21;font-size:16px;line-height:1.5;table-layout:auto;width:100%;border:none;"> ${of.rows} </table></td></tr>`;

export const column = (of: { width: string; title: string; lines: string }) =>
  `<td style="padding:4px 16px 4px 0;width:${escapeHtml(of.width)};vertical-align:top"><span class="faint" style="font-size:13px;color:#5f6673">${escapeHtml(of.title)}</span><br>${of.lines}</td>`;

export const columns = (of: { columns: string }) =>
  `<tr><td align="left" class="ink inset" style="font-size:0px;padding:0 32px 20px;word-break:break-word;"><table cellpadding="0" cellspacing="0" role="presentation" width="100%" border="0" style="color:#1a1d21;font-size:15px;line-height:1.5;table-layout:auto;width:100%;border:none;"><tr>${of.columns}</tr></table></td></tr>`;

export const unsubscribe = (of: { url: string; label: string }) =>
  `<br><a href="${escapeHtml(of.url)}" style="color:#5f6673">${escapeHtml(of.label)}</a>`;

export const page = (of: {
  language: string;
  title: string;
  preheader: string;
  padding: string;
  shopName: string;
  blocks: string;
  footer: string;
  unsubscribe: string;
}) =>
  `<!doctype html><html lang="${escapeHtml(of.language)}" dir="ltr" xmlns="http://www.w3.org/1999/xhtml" xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"><head><title>${escapeHtml(of.title)}</title><!--[if !mso]><!--><meta http-equiv="X-UA-Compatible" content="IE=edge"><!--<![endif]--><meta http-equiv="Content-Type" content="text/html; charset=UTF-8"><meta name="viewport" content="width=device-width, initial-scale=1"><style type="text/css"> #outlook a { padding:0; } body { margin:0;padding:0;-webkit-text-size-adjust:100%;-ms-text-size-adjust:100%; } table, td { border-collapse:collapse;mso-table-lspace:0pt;mso-table-rspace:0pt; } img { border:0;height:auto;line-height:100%; outline:none;text-decoration:none;-ms-interpolation-mode:bicubic; } p { display:block;margin:13px 0; } </style><!--[if mso]><noscript><xml><o:OfficeDocumentSettings><o:AllowPNG/><o:PixelsPerInch>96</o:PixelsPerInch></o:OfficeDocumentSettings></xml></noscript><![endif]--><!--[if lte mso 11]><style type="text/css"> .mj-outlook-group-fix { width:100% !important; } </style><![endif]--><style type="text/css"> @media only screen and (min-width:480px) { .mj-column-per-100 { width:100% !important; max-width: 100%; } } </style><style media="screen and (min-width:480px)"> .moz-text-html .mj-column-per-100 { width:100% !important; max-width: 100%; } </style><style type="text/css"> @media only screen and (max-width:479px) { table.mj-full-width-mobile { width: 100% !important; } td.mj-full-width-mobile { width: auto !important; } } </style><style type="text/css"> :root { color-scheme: light dark; supported-color-schemes: light dark; } a { text-underline-offset: 2px; } .inset { word-break: normal !important; overflow-wrap: break-word; } @media (max-width: 479px) { .inset { padding-left: 20px !important; padding-right: 20px !important; } } @media (prefers-color-scheme: dark) { .ground, .ground > div { background: #111316 !important; background-color: #111316 !important; } .card, .card > table { background: #1c1f24 !important; background-color: #1c1f24 !important; } .card > table > tbody > tr > td { border-color: #30353c !important; } .ink, .ink div, .ink table, .ink td, .ink h1, .ink h2, .ink a { color: #eceef1 !important; } .ink .faint, .faint div, .faint a { color: #a6adba !important; } .ink .line { border-color: #30353c !important; } .ink .box { background: #272b31 !important; } .good { color: #62cfa2 !important; } .attention { color: #efb84e !important; } .bad { color: #ff9b91 !important; } .plain { color: #a6adba !important; } .button td, .button a { background: #eceef1 !important; color: #15171a !important; } } </style><!--[if mso]><style>table, td, div, span, h1, h2, a { font-family: Arial, sans-serif !important; }</style><![endif]--><meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark"><meta name="format-detection" content="telephone=no,date=no,address=no,email=no"></head><body class="ground" style="font-family:-apple-system,'Segoe UI',Roboto,Arial,'Hiragino Sans','Noto Sans JP',Meiryo,sans-serif;word-spacing:normal;background-color:#f3f4f6;"><div style="display:none;font-size:1px;color:#ffffff;line-height:1px;max-height:0px;max-width:0px;opacity:0;overflow:hidden;">${escapeHtml(of.preheader)}${of.padding}</div><div aria-label="${escapeHtml(of.title)}" aria-roledescription="email" role="article" lang="${escapeHtml(of.language)}" dir="ltr" style="font-family:-apple-system,'Segoe UI',Roboto,Arial,'Hiragino Sans','Noto Sans JP',Meiryo,sans-serif;word-spacing:normal;background-color:#f3f4f6;"><!--[if mso | IE]><table align="center" border="0" cellpadding="0" cellspacing="0" class="" role="presentation" style="width:600px;" width="600" ><tr><td style="line-height:0px;font-size:0px;mso-line-height-rule:exactly;"><![endif]--><div style="margin:0px auto;max-width:600px;"><table align="center" border="0" cellpadding="0" cellspacing="0" role="presentation" style="width:100%;"><tbody><tr><td style="direction:ltr;font-size:0px;padding:28px 0 0;text-align:center;"><!--[if mso | IE]><table role="presentation" border="0" cellpadding="0" cellspacing="0"><tr><td class="" style="vertical-align:top;width:600px;" ><![endif]--><div class="mj-column-per-100 mj-outlook-group-fix" style="font-size:0px;text-align:left;direction:ltr;display:inline-block;vertical-align:top;width:100%;"><table border="0" cellpadding="0" cellspacing="0" role="presentation" style="vertical-align:top;" width="100%"><tbody><tr><td align="left" class="ink inset" style="font-size:0px;padding:0 32px 14px;word-break:break-word;"><div style="font-size:17px;font-weight:700;line-height:1.5;text-align:left;color:#1a1d21;">${escapeHtml(of.shopName)}</div></td></tr></tbody></table></div><!--[if mso | IE]></td></tr></table><![endif]--></td></tr></tbody></table></div><!--[if mso | IE]></td></tr></table><table align="center" border="0" cellpadding="0" cellspacing="0" class="card-outlook" role="presentation" style="width:600px;" width="600" bgcolor="#ffffff" ><tr><td style="line-height:0px;font-size:0px;mso-line-height-rule:exactly;"><![endif]--><div class="card" style="background:#ffffff;background-color:#ffffff;margin:0px auto;max-width:600px;border-radius:14px;overflow:hidden;"><table align="center" border="0" cellpadding="0" cellspacing="0" role="presentation" style="background:#ffffff;background-color:#ffffff;width:100%;border-collapse:separate;"><tbody><tr><td style="border:1px solid #e3e6ea;border-radius:14px;direction:ltr;font-size:0px;padding:32px 0 14px;text-align:center;"><!--[if mso | IE]><table role="presentation" border="0" cellpadding="0" cellspacing="0"><tr><td class="" style="vertical-align:top;width:598px;" ><![endif]--><div class="mj-column-per-100 mj-outlook-group-fix" style="font-size:0px;text-align:left;direction:ltr;display:inline-block;vertical-align:top;width:100%;"><table border="0" cellpadding="0" cellspacing="0" role="presentation" style="vertical-align:top;" width="100%"><tbody> ${of.blocks} </tbody></table></div><!--[if mso | IE]></td></tr></table><![endif]--></td></tr></tbody></table></div><!--[if mso | IE]></td></tr></table><table align="center" border="0" cellpadding="0" cellspacing="0" class="" role="presentation" style="width:600px;" width="600" ><tr><td style="line-height:0px;font-size:0px;mso-line-height-rule:exactly;"><![endif]--><div style="margin:0px auto;max-width:600px;"><table align="center" border="0" cellpadding="0" cellspacing="0" role="presentation" style="width:100%;"><tbody><tr><td style="direction:ltr;font-size:0px;padding:18px 0 32px;text-align:center;"><!--[if mso | IE]><table role="presentation" border="0" cellpadding="0" cellspacing="0"><tr><td class="" style="vertical-align:top;width:600px;" ><![endif]--><div class="mj-column-per-100 mj-outlook-group-fix" style="font-size:0px;text-align:left;direction:ltr;display:inline-block;vertical-align:top;width:100%;"><table border="0" cellpadding="0" cellspacing="0" role="presentation" style="vertical-align:top;" width="100%"><tbody><tr><td align="left" class="faint inset" style="font-size:0px;padding:0 32px;word-break:break-word;"><div style="font-size:13px;line-height:1.5;text-align:left;color:#5f6673;">${escapeHtml(of.footer)}${of.unsubscribe}</div></td></tr></tbody></table></div><!--[if mso | IE]></td></tr></table><![endif]--></td></tr></tbody></table></div><!--[if mso | IE]></td></tr></table><![endif]--></div></body></html>`;
