@NullMarked
package org.monostack.identity.notification;

import org.jspecify.annotations.NullMarked;
