/** Tells others what happened to users, roles and the like, as Keystone does. */
@NullMarked
package org.monostack.identity.notification;

import org.jspecify.annotations.NullMarked;
