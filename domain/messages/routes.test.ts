import { describe, expect, it } from '@jest/globals';
import { AUDIENCES, CHANNELS } from './channels.ts';
import { MESSAGE_TEMPLATES } from './order-view.ts';
import {
  audiencesOf,
  CUSTOMER_EVENTS,
  customerRoute,
  DEFAULT_ROUTES,
  defaultRoute,
  isMessageEvent,
  isRouteNeeded,
  MESSAGE_EVENTS,
  routedEvent,
  SHOP_EVENTS,
} from './routes.ts';
import { isTransactional, TOPICS, topicOf, topicsFor } from './topics.ts';

describe('the routes that hold by themselves', () => {
  it('know every event, each with one template and one topic', () => {
    expect([...MESSAGE_EVENTS].sort()).toEqual([...CUSTOMER_EVENTS, ...SHOP_EVENTS].sort());
    for (const event of MESSAGE_EVENTS) {
      const routes = DEFAULT_ROUTES[event];
      expect(routes.length).toBeGreaterThan(0);
      expect(new Set(routes.map(({ template, topic }) => `${template} ${topic}`)).size).toBe(1);
      for (const route of routes) {
        expect(audiencesOf(event)).toContain(route.audience);
        expect(topicsFor(route.audience)).toContain(route.topic);
        expect(routedEvent(event).channels[route.audience]?.[route.channel]).toBe(route.urgency);
      }
    }
  });

  it('tell customers by e-mail alone, of what belongs to their orders, and never switch that off', () => {
    for (const event of CUSTOMER_EVENTS) {
      expect(customerRoute(event)).toMatchObject({ event, routes: { email: expect.any(String) } });
      expect(Object.keys(customerRoute(event).routes)).toEqual(['email']);
      expect(isTransactional(routedEvent(event).topic)).toBe(true);
      expect(isRouteNeeded(event, 'customer', 'email')).toBe(true);
      expect(isRouteNeeded(event, 'customer', 'sms')).toBe(false);
    }
  });

  it('may be switched off for the shop, whose events go to no customer', () => {
    for (const event of SHOP_EVENTS) {
      expect(audiencesOf(event)).not.toContain('customer');
      for (const audience of AUDIENCES)
        for (const channel of CHANNELS) expect(isRouteNeeded(event, audience, channel)).toBe(false);
    }
    expect(defaultRoute('dispute.opened', 'operations', 'email')).toBe('normal');
    expect(defaultRoute('dispute.opened', 'finance', 'email')).toBeUndefined();
  });

  it('take no word for an event that is none', () => {
    expect(isMessageEvent('order.paid')).toBe(true);
    for (const word of ['order.payed', 'toString', '__proto__', '']) expect(isMessageEvent(word)).toBe(false);
  });
});

describe('topics', () => {
  it('belong to customers or to the shop, and every template has one', () => {
    const [customers, shop] = [topicsFor('customer'), topicsFor('operations')];
    expect([...customers, ...shop].sort()).toEqual([...TOPICS].sort());
    expect(shop.some(isTransactional)).toBe(false);
    for (const template of MESSAGE_TEMPLATES) expect(TOPICS).toContain(topicOf(template));
  });
});
