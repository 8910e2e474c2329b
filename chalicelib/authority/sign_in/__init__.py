"""Who calls: tokens of the stage's issuers, verified; and how strong the sign-in was."""
