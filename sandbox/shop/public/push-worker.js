/** Shows what is pushed while no page of the shop is open. */
self.addEventListener('push', (event) => {
  const { title, body, url, tag } = read(event.data);
  // By its tag a second copy of one message takes the place of the first, without a sound.
  event.waitUntil(
    self.registration.showNotification(title || 'Your order', { body, tag, data: { url }, icon: '/shop/icon.svg' }),
  );
});

self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  const { url } = event.notification.data ?? {};
  if (url) event.waitUntil(self.clients.openWindow(url));
});

function read(data) {
  try {
    return data?.json() ?? {};
  } catch {
    return { body: data.text() };
  }
}
