create index image_member_member on image_member (member, status);
