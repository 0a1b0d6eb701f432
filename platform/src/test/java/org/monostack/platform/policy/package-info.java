@NullMarked
package org.monostack.platform.policy;

import org.jspecify.annotations.NullMarked;
